-- The extracted stage: articles and facts, reprints included. Views of the same names without all_ leave reprints out.
create schema extracted;

create table extracted.all_articles (
    article_id text primary key,
    page_id text not null,
    article_no integer not null,
    column_name text,
    kicker text,
    headline text,
    subtitle text,
    byline text,
    body text not null,
    kind text not null,
    published_on date,
    published_on_source text,
    char_count integer not null,
    is_truncated boolean not null
);
comment on table extracted.all_articles is 'One row per article.';
comment on column extracted.all_articles.article_id is 'Key: an opaque function of the page and the place on it, the same on every machine and in every run.';
comment on column extracted.all_articles.page_id is 'Page: raw.pages.page_id.';
comment on column extracted.all_articles.article_no is 'Position on the page in reading order, from 1. Reprints removed from a page leave a gap.';
comment on column extracted.all_articles.column_name is 'Name of the column it stands in, such as a weekly series; null where none is printed.';
comment on column extracted.all_articles.kicker is 'Line above the headline.';
comment on column extracted.all_articles.headline is 'The headline; null where the page prints none.';
comment on column extracted.all_articles.subtitle is 'Line below the headline, without the dash before it.';
comment on column extracted.all_articles.byline is 'Byline or photo credit as printed.';
comment on column extracted.all_articles.body is 'Its body paragraphs, parted by line feeds.';
comment on column extracted.all_articles.kind is 'news, photo or notice.';
comment on column extracted.all_articles.published_on is 'Date of the issue, where the record, the manifest, the path or the masthead printed on the page gives it.';
comment on column extracted.all_articles.published_on_source is 'Which of record, manifest, path and page gave published_on.';
comment on column extracted.all_articles.char_count is 'Characters of body.';
comment on column extracted.all_articles.is_truncated is 'It stops in mid-sentence and its rest is nowhere on the page.';

create table extracted.all_article_paragraphs (
    article_id text not null,
    position integer not null,
    paragraph_no integer not null,
    part text not null
);
comment on table extracted.all_article_paragraphs is 'One row per paragraph of an article, in reading order.';
comment on column extracted.all_article_paragraphs.article_id is 'Article: extracted.all_articles.article_id.';
comment on column extracted.all_article_paragraphs.position is 'Position in the article, from 1.';
comment on column extracted.all_article_paragraphs.paragraph_no is 'Paragraph of the article''s page: cleaned.paragraphs.paragraph_no.';
comment on column extracted.all_article_paragraphs.part is 'title, subhead, body or byline.';

create table extracted.all_bylines (
    article_id text not null,
    role text,
    name text not null,
    outlet text,
    is_photo boolean not null
);
comment on table extracted.all_bylines is 'One row per name in a byline or photo credit.';
comment on column extracted.all_bylines.article_id is 'Article: extracted.all_articles.article_id.';
comment on column extracted.all_bylines.role is 'What the byline calls the person, such as 记者 or 通讯员.';
comment on column extracted.all_bylines.name is 'The name as printed.';
comment on column extracted.all_bylines.outlet is 'Paper or outlet named before the role.';
comment on column extracted.all_bylines.is_photo is 'A photo credit.';

create table extracted.all_amounts (
    article_id text not null,
    paragraph_no integer not null,
    char_start integer not null,
    char_end integer not null,
    text text not null,
    value decimal(38, 2) not null,
    value_max decimal(38, 2),
    currency text not null,
    qualifier text not null,
    what text
);
comment on table extracted.all_amounts is 'One row per mention of a sum of money, headlines included.';
comment on column extracted.all_amounts.article_id is 'Article: extracted.all_articles.article_id.';
comment on column extracted.all_amounts.paragraph_no is 'Paragraph of the article''s page: cleaned.paragraphs.paragraph_no.';
comment on column extracted.all_amounts.char_start is 'First character in the paragraph''s text, from 0.';
comment on column extracted.all_amounts.char_end is 'Character after the last one in the paragraph''s text.';
comment on column extracted.all_amounts.text is 'The sum as printed.';
comment on column extracted.all_amounts.value is 'The number printed, in base units of the currency (yuan, dollars); the lower end of a range.';
comment on column extracted.all_amounts.value_max is 'Upper end, for a range.';
comment on column extracted.all_amounts.currency is 'ISO 4217 code of the currency; sums are never converted.';
comment on column extracted.all_amounts.qualifier is 'exact, about, over, under, range or order-of-magnitude.';
comment on column extracted.all_amounts.what is 'What the sum is for, in words of the sentence.';

create table extracted.all_projects (
    article_id text not null,
    paragraph_no integer not null,
    char_start integer not null,
    char_end integer not null,
    name text not null,
    amount decimal(38, 2),
    currency text,
    place text,
    status text
);
comment on table extracted.all_projects is 'One row per named project in an article. The span holds its name.';
comment on column extracted.all_projects.article_id is 'Article: extracted.all_articles.article_id.';
comment on column extracted.all_projects.paragraph_no is 'Paragraph of the article''s page: cleaned.paragraphs.paragraph_no.';
comment on column extracted.all_projects.char_start is 'First character in the paragraph''s text, from 0.';
comment on column extracted.all_projects.char_end is 'Character after the last one in the paragraph''s text.';
comment on column extracted.all_projects.name is 'Name of the project as printed.';
comment on column extracted.all_projects.amount is 'Money put into it, in base units; null where none is given.';
comment on column extracted.all_projects.currency is 'ISO 4217 code of the currency; sums are never converted.';
comment on column extracted.all_projects.place is 'Where it is, as far as the article says.';
comment on column extracted.all_projects.status is 'planned, under_negotiation, signed, started, continued or in_production; null where the article does not say.';

create table extracted.all_project_groups (
    article_id text not null,
    paragraph_no integer not null,
    char_start integer not null,
    char_end integer not null,
    count bigint,
    amount decimal(38, 2),
    currency text,
    what text,
    status text
);
comment on table extracted.all_project_groups is 'One row per aggregate of projects, such as 25个项目 总投资173亿元. Kept apart from projects, so that totals and their parts are never added together.';
comment on column extracted.all_project_groups.article_id is 'Article: extracted.all_articles.article_id.';
comment on column extracted.all_project_groups.paragraph_no is 'Paragraph of the article''s page: cleaned.paragraphs.paragraph_no.';
comment on column extracted.all_project_groups.char_start is 'First character in the paragraph''s text, from 0.';
comment on column extracted.all_project_groups.char_end is 'Character after the last one in the paragraph''s text.';
comment on column extracted.all_project_groups.count is 'How many projects.';
comment on column extracted.all_project_groups.amount is 'Their total in base units; null where none is given.';
comment on column extracted.all_project_groups.currency is 'ISO 4217 code of the currency; sums are never converted.';
comment on column extracted.all_project_groups.what is 'What projects they are, in words of the sentence.';
comment on column extracted.all_project_groups.status is 'As in projects.';

create table extracted.all_people (
    article_id text not null,
    paragraph_no integer not null,
    char_start integer not null,
    char_end integer not null,
    name text not null,
    titles text[] not null,
    is_anonymised boolean not null
);
comment on table extracted.all_people is 'One row per mention of a named person in the text, bylines left out. The span holds the name.';
comment on column extracted.all_people.article_id is 'Article: extracted.all_articles.article_id.';
comment on column extracted.all_people.paragraph_no is 'Paragraph of the article''s page: cleaned.paragraphs.paragraph_no.';
comment on column extracted.all_people.char_start is 'First character in the paragraph''s text, from 0.';
comment on column extracted.all_people.char_end is 'Character after the last one in the paragraph''s text.';
comment on column extracted.all_people.name is 'The name as printed.';
comment on column extracted.all_people.titles is 'Posts named at this mention, each apart, as written.';
comment on column extracted.all_people.is_anonymised is 'The paper hides the name, as in 孟某.';

create table extracted.all_organizations (
    article_id text not null,
    paragraph_no integer not null,
    char_start integer not null,
    char_end integer not null,
    name text not null,
    mention_count integer not null
);
comment on table extracted.all_organizations is 'One row per organisation named in an article. The span is that of its first mention.';
comment on column extracted.all_organizations.article_id is 'Article: extracted.all_articles.article_id.';
comment on column extracted.all_organizations.paragraph_no is 'Paragraph of the article''s page: cleaned.paragraphs.paragraph_no.';
comment on column extracted.all_organizations.char_start is 'First character in the paragraph''s text, from 0.';
comment on column extracted.all_organizations.char_end is 'Character after the last one in the paragraph''s text.';
comment on column extracted.all_organizations.name is 'Name as printed.';
comment on column extracted.all_organizations.mention_count is 'Mentions in the article.';

create table extracted.all_places (
    article_id text not null,
    paragraph_no integer not null,
    char_start integer not null,
    char_end integer not null,
    name text not null,
    full_path text,
    mention_count integer not null
);
comment on table extracted.all_places is 'One row per place named in an article. The span is that of its first mention.';
comment on column extracted.all_places.article_id is 'Article: extracted.all_articles.article_id.';
comment on column extracted.all_places.paragraph_no is 'Paragraph of the article''s page: cleaned.paragraphs.paragraph_no.';
comment on column extracted.all_places.char_start is 'First character in the paragraph''s text, from 0.';
comment on column extracted.all_places.char_end is 'Character after the last one in the paragraph''s text.';
comment on column extracted.all_places.name is 'Name as printed.';
comment on column extracted.all_places.full_path is 'Province to village as far as the page itself gives it, parted by /.';
comment on column extracted.all_places.mention_count is 'Mentions in the article.';

create table extracted.all_dates (
    article_id text not null,
    paragraph_no integer not null,
    char_start integer not null,
    char_end integer not null,
    text text not null,
    iso text,
    resolved_from text
);
comment on table extracted.all_dates is 'One row per calendar date or year mentioned.';
comment on column extracted.all_dates.article_id is 'Article: extracted.all_articles.article_id.';
comment on column extracted.all_dates.paragraph_no is 'Paragraph of the article''s page: cleaned.paragraphs.paragraph_no.';
comment on column extracted.all_dates.char_start is 'First character in the paragraph''s text, from 0.';
comment on column extracted.all_dates.char_end is 'Character after the last one in the paragraph''s text.';
comment on column extracted.all_dates.text is 'The date as printed.';
comment on column extracted.all_dates.iso is 'As much as is known and no more: 2021-05-29, 2021-05, 2021, 2021-Q1, 2021/2025, --05-29 where the page does not prove the year.';
comment on column extracted.all_dates.resolved_from is 'What the missing part was taken from; null where the text says all itself.';

create table extracted.all_counts (
    article_id text not null,
    paragraph_no integer not null,
    char_start integer not null,
    char_end integer not null,
    text text not null,
    value decimal(38, 6) not null,
    unit text not null,
    qualifier text not null
);
comment on table extracted.all_counts is 'One row per quantity other than money.';
comment on column extracted.all_counts.article_id is 'Article: extracted.all_articles.article_id.';
comment on column extracted.all_counts.paragraph_no is 'Paragraph of the article''s page: cleaned.paragraphs.paragraph_no.';
comment on column extracted.all_counts.char_start is 'First character in the paragraph''s text, from 0.';
comment on column extracted.all_counts.char_end is 'Character after the last one in the paragraph''s text.';
comment on column extracted.all_counts.text is 'The quantity as printed.';
comment on column extracted.all_counts.value is 'The number.';
comment on column extracted.all_counts.unit is 'The unit or the thing counted, as printed.';
comment on column extracted.all_counts.qualifier is 'exact, about, over, under, range or order-of-magnitude.';

create table extracted.all_keywords (
    article_id text not null,
    rank integer not null,
    keyword text not null,
    weight double not null
);
comment on table extracted.all_keywords is 'One row per keyword of an article.';
comment on column extracted.all_keywords.article_id is 'Article: extracted.all_articles.article_id.';
comment on column extracted.all_keywords.rank is 'Place among the article''s keywords, from 1.';
comment on column extracted.all_keywords.keyword is 'The word.';
comment on column extracted.all_keywords.weight is 'TF-IDF weight.';

create table extracted.continuations (
    article_id text not null,
    continued_by text not null,
    reason text not null,
    confidence double not null
);
comment on table extracted.continuations is 'One row per article that goes on on another page of the same issue (下转第二版, 上接第一版).';
comment on column extracted.continuations.article_id is 'Article: extracted.all_articles.article_id.';
comment on column extracted.continuations.continued_by is 'The article on the other page.';
comment on column extracted.continuations.reason is 'same headline, similar headline, page numbers or same column.';
comment on column extracted.continuations.confidence is 'How sure the rule is, 0 to 1.';
