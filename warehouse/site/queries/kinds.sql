-- One row per kind of fact, copy and repair: how many there are, most first.
select 'fact' as what, kind, count(*) as count
from (
    select 'amount' as kind from extracted.amounts
    union all select 'project' from extracted.projects
    union all select 'project_group' from extracted.project_groups
    union all select 'person' from extracted.people
    union all select 'organization' from extracted.organizations
    union all select 'place' from extracted.places
    union all select 'date' from extracted.dates
    union all select 'count' from extracted.counts
)
group by kind

union all by name

select 'copy' as what, kind, count(*) as count
from deduplicated.duplicates
group by kind

union all by name

select 'join' as what, regexp_replace(reason, '; steps over .*', '') as kind, count(*) as count
from cleaned.repairs
where kind in ('join', 'unwrap') and is_applied
group by all

order by what, count desc, kind
