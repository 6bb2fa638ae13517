-- One row per page; facts of reprints are left out, as everywhere where facts are added up. Those first that need a look:
-- what is unsure or stops in mid-sentence, then what was changed most.
with
suspected as (
    select page_id, count(*) as suspected_copy_count
    from deduplicated.suspected_duplicates
    group by page_id
),

alike as (
    select article.page_id, count(*) as alike_count
    from (
        select article_id from deduplicated.suspected_reprints
        union all
        select other_article_id from deduplicated.suspected_reprints
    ) as pair
    join extracted.all_articles as article using (article_id)
    group by article.page_id
),

facts as (
    select article.page_id, count(*) as fact_count
    from (
        select article_id from extracted.all_amounts
        union all select article_id from extracted.all_projects
        union all select article_id from extracted.all_project_groups
        union all select article_id from extracted.all_people
        union all select article_id from extracted.all_organizations
        union all select article_id from extracted.all_places
        union all select article_id from extracted.all_dates
        union all select article_id from extracted.all_counts
    ) as fact
    join extracted.articles as article using (article_id)
    group by article.page_id
),

titles as (
    select
        page_id,
        list(coalesce(headline, left(body, 24)) order by article_no) as headlines
    from extracted.all_articles
    group by page_id
)

select
    page.page_id,
    page.source,
    page.collection,
    page.published_on,
    page.text_line_count as line_count,
    page.join_count,
    page.duplicate_count,
    page.suspected_join_count,
    coalesce(suspected.suspected_copy_count, 0) + coalesce(alike.alike_count, 0) as suspected_copy_count,
    page.truncated_count,
    page.suspected_join_count + coalesce(suspected.suspected_copy_count, 0) + coalesce(alike.alike_count, 0)
        + page.truncated_count as look_count,
    page.article_count,
    coalesce(facts.fact_count, 0) as fact_count,
    coalesce(titles.headlines, []) as headlines
from main.page_quality as page
left join suspected using (page_id)
left join alike using (page_id)
left join facts using (page_id)
left join titles using (page_id)
order by look_count desc, page.join_count + page.duplicate_count desc, page.source, page.page_id
