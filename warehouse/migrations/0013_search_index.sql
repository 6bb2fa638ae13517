-- The index numbers its articles, so that a posting takes a few bits and not a text, and keeps what a result shows.
create temp table old_documents as from search.documents;
create temp table old_postings as from search.postings;
drop table search.documents;
drop table search.postings;

create table search.documents (
    article_id text not null,
    doc_no integer not null,
    published_on date,
    term_count integer not null,
    text text not null using compression uncompressed,
    folded text using compression uncompressed
);
insert into search.documents
select
    document.article_id,
    row_number() over (order by document.article_id),
    article.published_on,
    document.term_count,
    concat(article.headline, chr(10), article.kicker || chr(10), article.subtitle || chr(10), article.body),
    null
from old_documents as document
join extracted.all_articles as article using (article_id)
order by document.article_id;

create table search.postings (
    term text not null,
    doc_no integer not null,
    occurrence_count integer not null
);
insert into search.postings
select posting.term, document.doc_no, posting.occurrence_count
from old_postings as posting
join search.documents as document using (article_id)
order by posting.term, document.doc_no;

drop table old_documents;
drop table old_postings;

create table search.terms (
    term text not null
);
insert into search.terms
select distinct term
from search.postings
order by term;

create table search.state (
    run_count integer not null
);
insert into search.state values (1);

comment on table search.postings is 'One row per word and article: the inverted index. In runs, each sorted by word, so that few blocks hold a word.';
comment on column search.postings.term is 'The word: simplified, in lower case.';
comment on column search.postings.doc_no is 'Article: search.documents.doc_no.';
comment on column search.postings.occurrence_count is 'How often it stands in headline and body.';
comment on table search.documents is 'One row per article in the index.';
comment on column search.documents.article_id is 'Article: extracted.all_articles.article_id.';
comment on column search.documents.doc_no is 'Its number in the index, which another run may give to another article.';
comment on column search.documents.published_on is 'Date of the issue, where it is known.';
comment on column search.documents.term_count is 'Words in it, each as often as it stands there: its length for BM25.';
comment on column search.documents.text is 'What is searched and shown: the headline (empty where none is printed), a line feed, kicker and subtitle if any, the body. Kept uncompressed, so that a few texts are read without unpacking thousands.';
comment on column search.documents.folded is 'The same as search reads it, simplified and in lower case, character by character; null where it is no different.';
comment on table search.terms is 'One row per word of the index: those of a query are looked up here. It may hold words that no article has any more.';
comment on column search.terms.term is 'The word.';
comment on table search.state is 'One row: how the index is laid out.';
comment on column search.state.run_count is 'Sorted runs in search.postings; they are merged when there are many.';
