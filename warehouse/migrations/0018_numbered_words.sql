-- The index names a word by its number: a word is written once and not with each article that has it.
create temp table old_postings as from search.postings;
drop table search.postings;
drop table search.terms;

create table search.terms (
    term text not null,
    term_no integer not null
);
insert into search.terms
select term, row_number() over (order by term)
from (select distinct term from old_postings)
order by term;

create table search.postings (
    term_no integer not null,
    doc_no integer not null,
    occurrence_count integer not null
);
insert into search.postings
select word.term_no, posting.doc_no, posting.occurrence_count
from old_postings as posting
join search.terms as word using (term)
order by word.term_no, posting.doc_no;
drop table old_postings;

update search.state set run_count = 1;

comment on table search.postings is 'One row per word and article: the inverted index. In runs, each sorted by word, so that few blocks hold a word.';
comment on column search.postings.term_no is 'The word: search.terms.term_no.';
comment on column search.postings.doc_no is 'Article: search.documents.doc_no.';
comment on column search.postings.occurrence_count is 'How often it stands in headline and body.';
comment on table search.terms is 'One row per word of the index: those of a query are looked up here. It may hold words that no article has any more.';
comment on column search.terms.term is 'The word: simplified, in lower case.';
comment on column search.terms.term_no is 'Its number in the index, which another run may give to another word.';
