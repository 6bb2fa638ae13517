-- One row per article, with its page.
-- reads: extracted.articles, raw.pages
create or replace view main.articles as
select
    article.article_id,
    article.headline,
    article.kicker,
    article.subtitle,
    article.column_name,
    article.byline,
    article.body,
    article.kind,
    article.published_on,
    page.collection,
    page.source,
    article.page_id,
    article.article_no,
    article.char_count,
    article.is_truncated
from extracted.articles as article
join raw.pages as page using (page_id);

comment on view main.articles is 'One row per article, with its page. Reprints are left out: each article stands here once.';
comment on column main.articles.article_id is 'Key.';
comment on column main.articles.headline is 'The headline; null where the page prints none.';
comment on column main.articles.kicker is 'Line above the headline.';
comment on column main.articles.subtitle is 'Line below the headline.';
comment on column main.articles.column_name is 'Name of the column it stands in.';
comment on column main.articles.byline is 'Byline or photo credit as printed.';
comment on column main.articles.body is 'Its body paragraphs, parted by line feeds.';
comment on column main.articles.kind is 'news, photo or notice.';
comment on column main.articles.published_on is 'Date of the issue, where it is known.';
comment on column main.articles.collection is 'The paper or series, where it is known.';
comment on column main.articles.source is 'Where the page came from.';
comment on column main.articles.page_id is 'Page: raw.pages.page_id.';
comment on column main.articles.article_no is 'Position on the page, from 1.';
comment on column main.articles.char_count is 'Characters of body.';
comment on column main.articles.is_truncated is 'It stops in mid-sentence and its rest is nowhere on the page.';
