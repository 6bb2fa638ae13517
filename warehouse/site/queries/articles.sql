-- Per page: its articles, reprints included. links are [relation, page, its source, headline there, reason, how sure].
with
wanted as (
    select * from extracted.all_articles semi join asked using (page_id)
),

parts as (
    select article_id, list(json_array(paragraph_no, part) order by position) as parts
    from extracted.all_article_paragraphs
    semi join wanted using (article_id)
    group by article_id
),

words as (
    select article_id, list(keyword order by rank) filter (where rank <= 6) as keywords
    from extracted.all_keywords
    semi join wanted using (article_id)
    group by article_id
),

related as (
    select article_id, kept_article_id as other_id, 'kept_elsewhere' as relation, reason, similarity as sureness
    from deduplicated.reprints
    semi join wanted using (article_id)

    union all by name

    select kept_article_id as article_id, article_id as other_id, 'printed_again' as relation, reason, similarity as sureness
    from deduplicated.reprints
    semi join wanted on wanted.article_id = kept_article_id

    union all by name

    select article_id, other_article_id as other_id, 'alike' as relation, reason, similarity as sureness
    from deduplicated.suspected_reprints
    semi join wanted using (article_id)

    union all by name

    select other_article_id as article_id, article_id as other_id, 'alike' as relation, reason, similarity as sureness
    from deduplicated.suspected_reprints
    semi join wanted on wanted.article_id = other_article_id

    union all by name

    select article_id, continued_by as other_id, 'goes_on' as relation, reason, confidence as sureness
    from extracted.continuations
    semi join wanted using (article_id)

    union all by name

    select continued_by as article_id, article_id as other_id, 'begins' as relation, reason, confidence as sureness
    from extracted.continuations
    semi join wanted on wanted.article_id = continued_by
),

links as (
    select
        related.article_id,
        list(
            json_array(
                related.relation, other.page_id, page.source, other.headline, related.reason, related.sureness
            )
            order by related.relation, related.other_id
        ) as links
    from related
    join extracted.all_articles as other on other.article_id = related.other_id
    join raw.pages as page on page.page_id = other.page_id
    group by related.article_id
)

select
    wanted.page_id,
    to_json(list(
        json_object(
            'id', wanted.article_id, 'no', wanted.article_no, 'kind', wanted.kind, 'column', wanted.column_name,
            'headline', wanted.headline, 'truncated', wanted.is_truncated, 'chars', wanted.char_count,
            'published_on', wanted.published_on, 'parts', coalesce(parts.parts, []),
            'keywords', coalesce(words.keywords, []), 'links', coalesce(links.links, [])
        )
        order by wanted.article_no
    ))::varchar as part
from wanted
left join parts using (article_id)
left join words using (article_id)
left join links using (article_id)
group by wanted.page_id
