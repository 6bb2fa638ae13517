-- Per page: paragraphs removed as copies and those that only look alike, as
-- [paragraph, page kept, its source, paragraph kept, kind, similarity, reason, is suspected].
with
copies as (
    select *, false as is_suspected from deduplicated.duplicates semi join asked using (page_id)

    union all by name

    select *, true as is_suspected from deduplicated.suspected_duplicates semi join asked using (page_id)
)

select
    copies.page_id,
    to_json(list(
        json_array(
            copies.paragraph_no, copies.kept_page_id, kept.source, copies.kept_paragraph_no,
            copies.kind, copies.similarity, copies.reason, copies.is_suspected
        )
        order by copies.paragraph_no, copies.is_suspected, copies.kept_page_id, copies.kept_paragraph_no
    ))::varchar as part
from copies
left join raw.pages as kept on kept.page_id = copies.kept_page_id
group by copies.page_id
