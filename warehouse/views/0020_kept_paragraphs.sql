-- One row per paragraph kept.
-- reads: cleaned.paragraphs, deduplicated.duplicates
create or replace view deduplicated.paragraphs as
select paragraph.*
from cleaned.paragraphs as paragraph
anti join deduplicated.duplicates using (page_id, paragraph_no);

comment on view deduplicated.paragraphs is 'One row per paragraph kept; columns as in cleaned.paragraphs.';
comment on column deduplicated.paragraphs.page_id is 'Page: raw.pages.page_id.';
comment on column deduplicated.paragraphs.paragraph_no is 'Position on the page by the paragraph''s first line, from 1; copies removed leave a gap.';
comment on column deduplicated.paragraphs.role is 'title, subhead, body, byline, caption, column or furniture.';
comment on column deduplicated.paragraphs.text is 'The paragraph, normalised and whole. char_start counts in it.';
comment on column deduplicated.paragraphs.line_numbers is 'Its physical lines, from 1, in the order in which they were joined.';
comment on column deduplicated.paragraphs.is_truncated is 'It stops in mid-sentence and its rest is nowhere on the page.';
comment on column deduplicated.paragraphs.blank_lines_before is 'Blank lines before its first line on the page.';
comment on column deduplicated.paragraphs.is_indented is 'Its first line was indented.';
