-- One row per paragraph removed as a copy, beside the paragraph that was kept in its place.
-- reads: deduplicated.page_duplicates, deduplicated.reprint_duplicates, cleaned.paragraphs, raw.pages
create or replace view main.duplicates_report as
with
copies as (
    select 'page' as scope, page_id, paragraph_no, kept_page_id, kept_paragraph_no, kind, similarity, reason
    from deduplicated.page_duplicates

    union all by name

    select 'reprint' as scope, page_id, paragraph_no, kept_page_id, kept_paragraph_no, kind, similarity, reason
    from deduplicated.reprint_duplicates
)

select
    copies.scope,
    copies.kind,
    copies.similarity,
    copies.reason,
    page.source,
    copy.line_numbers,
    copy.text,
    kept_page.source as kept_source,
    kept.line_numbers as kept_line_numbers,
    kept.text as kept_text,
    copies.page_id,
    copies.paragraph_no,
    copies.kept_page_id,
    copies.kept_paragraph_no
from copies
join cleaned.paragraphs as copy on copy.page_id = copies.page_id and copy.paragraph_no = copies.paragraph_no
join raw.pages as page on page.page_id = copies.page_id
left join cleaned.paragraphs as kept
    on kept.page_id = copies.kept_page_id and kept.paragraph_no = copies.kept_paragraph_no
left join raw.pages as kept_page on kept_page.page_id = copies.kept_page_id;

comment on view main.duplicates_report is 'One row per paragraph removed as a copy, beside the one that was kept.';
comment on column main.duplicates_report.scope is 'page: both stand on one page; reprint: the article stands on another page too.';
comment on column main.duplicates_report.kind is 'exact, near, contained, truncated or loop.';
comment on column main.duplicates_report.similarity is 'How alike the two are, 0 to 1.';
comment on column main.duplicates_report.reason is 'Why, in words and figures.';
comment on column main.duplicates_report.source is 'Where the page of the copy came from.';
comment on column main.duplicates_report.line_numbers is 'The copy''s physical lines, from 1.';
comment on column main.duplicates_report.text is 'The copy.';
comment on column main.duplicates_report.kept_source is 'Where the page of the paragraph that was kept came from.';
comment on column main.duplicates_report.kept_line_numbers is 'Its physical lines, from 1.';
comment on column main.duplicates_report.kept_text is 'The paragraph that was kept.';
comment on column main.duplicates_report.page_id is 'Page of the copy: raw.pages.page_id.';
comment on column main.duplicates_report.paragraph_no is 'The copy: cleaned.paragraphs.paragraph_no of that page.';
comment on column main.duplicates_report.kept_page_id is 'Page of the paragraph that was kept.';
comment on column main.duplicates_report.kept_paragraph_no is 'That paragraph: cleaned.paragraphs.paragraph_no of its page.';
