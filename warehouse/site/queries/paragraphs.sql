-- Per page: its paragraphs, copies included, as [no, role, text, line numbers, is truncated].
select
    page_id,
    to_json(list(
        json_array(paragraph_no, role, text, line_numbers, is_truncated) order by paragraph_no
    ))::varchar as part
from cleaned.paragraphs
semi join asked using (page_id)
group by page_id
