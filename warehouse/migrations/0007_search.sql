-- The inverted index behind search(query): words as jieba cuts them.
create schema search;

create table search.postings (
    term text not null,
    article_id text not null,
    occurrence_count integer not null
);
comment on table search.postings is 'One row per word and article.';
comment on column search.postings.term is 'The word, in lower case.';
comment on column search.postings.article_id is 'Article: extracted.all_articles.article_id.';
comment on column search.postings.occurrence_count is 'How often it stands in headline and body.';

create table search.documents (
    article_id text not null,
    term_count integer not null
);
comment on table search.documents is 'One row per article in the index.';
comment on column search.documents.article_id is 'Article: extracted.all_articles.article_id.';
comment on column search.documents.term_count is 'Words in it, each as often as it stands there: its length for BM25.';
