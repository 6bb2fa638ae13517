-- Per page: the way back from paragraphs to lines, as [paragraph, line, first and last+1 character, the same in the page's text].
select
    page_id,
    to_json(list(
        [paragraph_no, line_number, char_start, char_end, raw_char_start, raw_char_end]
        order by paragraph_no, segment_no
    ))::varchar as part
from cleaned.paragraph_lines
semi join asked using (page_id)
group by page_id
