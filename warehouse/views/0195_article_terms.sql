-- One row per word and article: the index by the names of its articles, reprints included.
-- reads: search.postings, search.terms, search.documents
create or replace view search.article_terms as
select document.article_id, word.term, posting.occurrence_count
from search.postings as posting
join search.terms as word using (term_no)
join search.documents as document using (doc_no);

comment on view search.article_terms is 'One row per word and article, reprints included.';
comment on column search.article_terms.article_id is 'Article: extracted.all_articles.article_id.';
comment on column search.article_terms.term is 'The word as the index has it: simplified, in lower case.';
comment on column search.article_terms.occurrence_count is 'How often it stands in headline and body.';
