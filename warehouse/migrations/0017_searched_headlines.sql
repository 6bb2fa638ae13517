-- headline: looks for a text in headlines alone: they are kept beside the whole texts, as search reads them.
alter table search.documents add column headline text;
update search.documents
set headline = nullif(left(coalesce(folded, text), instr(text, chr(10)) - 1), '');
comment on column search.documents.headline is 'The headline as search reads it, simplified and in lower case; null where none is printed.';
