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
    article_id text not null,
    page_id text not null,
    paragraph_no integer not null,
    kept_page_id text not null,
    kept_paragraph_no integer not null,
    kind text not null,
    similarity double not null,
    reason text not null
);
comment on table deduplicated.reprint_duplicates is 'One row per paragraph removed because its article stands on another page too. Part of deduplicated.duplicates.';
comment on column deduplicated.reprint_duplicates.article_id is 'Article removed: extracted.all_articles.article_id.';
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

create table deduplicated.article_profiles (
    article_id text not null,
    page_id text not null,
    source text,
    published_on date,
    article_no integer not null,
    body_hash ubigint,
    body_length integer not null,
    has_headline boolean not null,
    has_byline boolean not null,
    is_truncated boolean not null
);
comment on table deduplicated.article_profiles is 'One row per article, reprints included: what decides which copy is kept.';
comment on column deduplicated.article_profiles.article_id is 'Article: extracted.all_articles.article_id.';
comment on column deduplicated.article_profiles.page_id is 'Page: raw.pages.page_id.';
comment on column deduplicated.article_profiles.source is 'Where the page came from.';
comment on column deduplicated.article_profiles.published_on is 'Date of the issue, where it is known.';
comment on column deduplicated.article_profiles.article_no is 'Position on the page.';
comment on column deduplicated.article_profiles.body_hash is 'xxh64 of the body''s letters and digits; null where the body is too short to be compared.';
comment on column deduplicated.article_profiles.body_length is 'Letters and digits of the body.';
comment on column deduplicated.article_profiles.has_headline is 'The page prints a headline over it.';
comment on column deduplicated.article_profiles.has_byline is 'It is signed.';
comment on column deduplicated.article_profiles.is_truncated is 'It stops in mid-sentence.';

create table deduplicated.bodies (
    body_hash ubigint not null,
    body_length integer not null,
    coarse_count integer not null,
    gram_count integer not null
);
comment on table deduplicated.bodies is 'One row per distinct body of articles: equal bodies are compared once.';
comment on column deduplicated.bodies.body_hash is 'Key: xxh64 of the body''s letters and digits.';
comment on column deduplicated.bodies.body_length is 'Letters and digits of the body.';
comment on column deduplicated.bodies.coarse_count is 'Rows of its sketch that every length of body keeps.';
comment on column deduplicated.bodies.gram_count is 'Rows of its sketch.';

create table deduplicated.body_sketches (
    gram_hash ubigint not null,
    body_hash ubigint not null
);
comment on table deduplicated.body_sketches is 'One row per hash of a body''s sketch: the index in which candidates for reprints are found.';
comment on column deduplicated.body_sketches.gram_hash is 'Hash of a piece of the text.';
comment on column deduplicated.body_sketches.body_hash is 'Body: deduplicated.bodies.body_hash.';

create table deduplicated.body_links (
    inner_hash ubigint not null,
    outer_hash ubigint not null,
    kind text not null,
    similarity double not null,
    reason text not null,
    is_suspected boolean not null
);
comment on table deduplicated.body_links is 'One row per pair of bodies compared and found to say the same, or suspected to.';
comment on column deduplicated.body_links.inner_hash is 'Body that may go: deduplicated.bodies.body_hash.';
comment on column deduplicated.body_links.outer_hash is 'Body that may stay for it.';
comment on column deduplicated.body_links.kind is 'near, contained, truncated; other where the words are alike and the facts are not.';
comment on column deduplicated.body_links.similarity is 'How alike the two are, 0 to 1.';
comment on column deduplicated.body_links.reason is 'Why, in words and figures.';
comment on column deduplicated.body_links.is_suspected is 'They only look alike: neither goes for the other.';
