-- The deduplicated stage: copies inside pages, reprints across pages, and the index that finds them.
create schema deduplicated;

create table deduplicated.page_duplicates (
    page_id text not null,
    paragraph_no integer not null,
    kept_page_id text not null,
    kept_paragraph_no integer not null,
    kind text not null,
    similarity double not null,
    reason text not null
);
comment on table deduplicated.page_duplicates is 'One row per paragraph removed as a copy of another on the same page. Part of deduplicated.duplicates.';
comment on column deduplicated.page_duplicates.page_id is 'Page of the copy: raw.pages.page_id.';
comment on column deduplicated.page_duplicates.paragraph_no is 'The copy: cleaned.paragraphs.paragraph_no of that page.';
comment on column deduplicated.page_duplicates.kept_page_id is 'Page of the counterpart that is kept.';
comment on column deduplicated.page_duplicates.kept_paragraph_no is 'The counterpart: cleaned.paragraphs.paragraph_no of that page.';
comment on column deduplicated.page_duplicates.kind is 'exact, near, contained, truncated or loop.';
comment on column deduplicated.page_duplicates.similarity is 'How alike the two are, 0 to 1.';
comment on column deduplicated.page_duplicates.reason is 'Why, in words and figures.';

create table deduplicated.reprint_duplicates (
    page_id text not null,
    paragraph_no integer not null,
    kept_page_id text not null,
    kept_paragraph_no integer not null,
    kind text not null,
    similarity double not null,
    reason text not null
);
comment on table deduplicated.reprint_duplicates is 'One row per paragraph removed because its article stands on another page too. Part of deduplicated.duplicates.';
comment on column deduplicated.reprint_duplicates.page_id is 'Page of the copy: raw.pages.page_id.';
comment on column deduplicated.reprint_duplicates.paragraph_no is 'The copy: cleaned.paragraphs.paragraph_no of that page.';
comment on column deduplicated.reprint_duplicates.kept_page_id is 'Page of the counterpart that is kept.';
comment on column deduplicated.reprint_duplicates.kept_paragraph_no is 'The counterpart: cleaned.paragraphs.paragraph_no of that page.';
comment on column deduplicated.reprint_duplicates.kind is 'exact, near, contained, truncated or loop.';
comment on column deduplicated.reprint_duplicates.similarity is 'How alike the two are, 0 to 1.';
comment on column deduplicated.reprint_duplicates.reason is 'Why, in words and figures.';

create table deduplicated.suspected_duplicates (
    page_id text not null,
    paragraph_no integer not null,
    kept_page_id text not null,
    kept_paragraph_no integer not null,
    kind text not null,
    similarity double not null,
    reason text not null
);
comment on table deduplicated.suspected_duplicates is 'One row per paragraph that looks like a copy of another on its page but is kept, because nothing proves it one.';
comment on column deduplicated.suspected_duplicates.page_id is 'Page of the copy: raw.pages.page_id.';
comment on column deduplicated.suspected_duplicates.paragraph_no is 'The copy: cleaned.paragraphs.paragraph_no of that page.';
comment on column deduplicated.suspected_duplicates.kept_page_id is 'Page of the counterpart that is kept.';
comment on column deduplicated.suspected_duplicates.kept_paragraph_no is 'The counterpart: cleaned.paragraphs.paragraph_no of that page.';
comment on column deduplicated.suspected_duplicates.kind is 'exact, near, contained, truncated or loop.';
comment on column deduplicated.suspected_duplicates.similarity is 'How alike the two are, 0 to 1.';
comment on column deduplicated.suspected_duplicates.reason is 'Why, in words and figures.';

create table deduplicated.suspected_reprints (
    article_id text not null,
    other_article_id text not null,
    kind text not null,
    similarity double not null,
    reason text not null
);
comment on table deduplicated.suspected_reprints is 'One row per pair of articles on different pages that share text but are both kept, because what differs may be news.';
comment on column deduplicated.suspected_reprints.article_id is 'The article, on whichever page: extracted.all_articles.article_id; the lesser of the two ids.';
comment on column deduplicated.suspected_reprints.other_article_id is 'The other article.';
comment on column deduplicated.suspected_reprints.kind is 'What the two would be, were it proved.';
comment on column deduplicated.suspected_reprints.similarity is 'How alike the two are, 0 to 1.';
comment on column deduplicated.suspected_reprints.reason is 'Why they are not merged, in words and figures.';

create table deduplicated.reprints (
    article_id text not null,
    kept_article_id text not null,
    kind text not null,
    similarity double not null,
    reason text not null
);
comment on table deduplicated.reprints is 'One row per article removed as a reprint of an article kept on another page.';
comment on column deduplicated.reprints.article_id is 'The article removed: extracted.all_articles.article_id.';
comment on column deduplicated.reprints.kept_article_id is 'The article kept in its place.';
comment on column deduplicated.reprints.kind is 'exact, near, contained or truncated.';
comment on column deduplicated.reprints.similarity is 'How alike the two are, 0 to 1.';
comment on column deduplicated.reprints.reason is 'Why, in words and figures.';
