-- Per page: its repairs, made or only suspected, as [kind, line numbers, reason, confidence, is applied].
select
    page_id,
    to_json(list(
        json_array(kind, line_numbers, reason, confidence, is_applied) order by repair_no
    ))::varchar as part
from cleaned.repairs
semi join asked using (page_id)
group by page_id
