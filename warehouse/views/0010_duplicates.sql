-- One row per paragraph removed as a copy, on the same page or across pages.
-- reads: deduplicated.page_duplicates, deduplicated.reprint_duplicates
create or replace view deduplicated.duplicates as
select page_id, paragraph_no, kept_page_id, kept_paragraph_no, kind, similarity, reason
from deduplicated.page_duplicates

union all by name

select page_id, paragraph_no, kept_page_id, kept_paragraph_no, kind, similarity, reason
from deduplicated.reprint_duplicates;

comment on view deduplicated.duplicates is 'One row per paragraph removed as a copy. Its text stays in cleaned.paragraphs.';
comment on column deduplicated.duplicates.page_id is 'Page of the copy: raw.pages.page_id.';
comment on column deduplicated.duplicates.paragraph_no is 'The copy: cleaned.paragraphs.paragraph_no of that page.';
comment on column deduplicated.duplicates.kept_page_id is 'Page of the counterpart that is kept.';
comment on column deduplicated.duplicates.kept_paragraph_no is 'The counterpart: cleaned.paragraphs.paragraph_no of that page.';
comment on column deduplicated.duplicates.kind is 'exact, near, contained, truncated or loop.';
comment on column deduplicated.duplicates.similarity is 'How alike the two are, 0 to 1.';
comment on column deduplicated.duplicates.reason is 'Why, in words and figures.';
