-- Per page: its facts, reprinted articles' included, as [kind, article, paragraph, first and last+1 character, what is known].
with
wanted as (
    select article_id, page_id, article_no from extracted.all_articles semi join asked using (page_id)
),

facts as (
    select 'amount' as kind, article_id, paragraph_no, char_start, char_end, json_object(
        'value', value::varchar, 'value_max', value_max::varchar, 'currency', currency, 'qualifier', qualifier, 'what', what
    ) as known
    from extracted.all_amounts
    semi join wanted using (article_id)

    union all by name

    select 'project' as kind, article_id, paragraph_no, char_start, char_end, json_object(
        'name', name, 'value', amount::varchar, 'currency', currency, 'place', place, 'status', status
    ) as known
    from extracted.all_projects
    semi join wanted using (article_id)

    union all by name

    select 'project_group' as kind, article_id, paragraph_no, char_start, char_end, json_object(
        'count', "count", 'value', amount::varchar, 'currency', currency, 'what', what, 'status', status
    ) as known
    from extracted.all_project_groups
    semi join wanted using (article_id)

    union all by name

    select 'person' as kind, article_id, paragraph_no, char_start, char_end, json_object('name', name, 'titles', titles) as known
    from extracted.all_people
    semi join wanted using (article_id)

    union all by name

    select 'organization' as kind, article_id, paragraph_no, char_start, char_end, json_object(
        'name', name, 'mentions', mention_count
    ) as known
    from extracted.all_organizations
    semi join wanted using (article_id)

    union all by name

    select 'place' as kind, article_id, paragraph_no, char_start, char_end, json_object(
        'name', name, 'path', full_path, 'mentions', mention_count
    ) as known
    from extracted.all_places
    semi join wanted using (article_id)

    union all by name

    select 'date' as kind, article_id, paragraph_no, char_start, char_end, json_object('iso', iso, 'from', resolved_from) as known
    from extracted.all_dates
    semi join wanted using (article_id)

    union all by name

    select 'count' as kind, article_id, paragraph_no, char_start, char_end, json_object(
        'number', value::varchar, 'unit', unit, 'qualifier', qualifier
    ) as known
    from extracted.all_counts
    semi join wanted using (article_id)
)

select
    wanted.page_id,
    to_json(list(
        json_array(facts.kind, wanted.article_no, facts.paragraph_no, facts.char_start, facts.char_end, facts.known)
        order by wanted.article_no, facts.paragraph_no, facts.char_start, facts.char_end, facts.kind, facts.known::varchar
    ))::varchar as part
from facts
join wanted using (article_id)
group by wanted.page_id
