-- One row per measure that ever found something: its share in each run, the oldest run first.
select
    stage,
    coalesce(nullif(regexp_extract(expectation, '\(([^)]*)\)', 1), ''), expectation) as measure,
    any_value(severity) as severity,
    list(coalesce(unexpected_share, 0) order by started_at, run_id)[-30:] as shares,
    last(unexpected_count order by started_at, run_id) as unexpected_count,
    last(checked_count order by started_at, run_id) as checked_count
from quality.trends
where checked_count > 0
group by stage, expectation
having max(unexpected_share) > 0
order by
    array_position(['raw', 'cleaned', 'deduplicated', 'extracted'], stage),
    last(coalesce(unexpected_share, 0) order by started_at, run_id) desc,
    measure
