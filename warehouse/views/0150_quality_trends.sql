-- One row per run and expectation: how each measure goes on from run to run.
-- reads: quality.checks, ops.runs
create or replace view quality.trends as
select
    run.started_at,
    checks.run_id,
    checks.stage,
    checks.suite,
    checks.expectation,
    checks.severity,
    bool_and(checks.success) as success,
    sum(checks.unexpected_count) as unexpected_count,
    sum(checks.checked_count) as checked_count,
    sum(checks.unexpected_count) / nullif(sum(checks.checked_count), 0) as unexpected_share
from quality.checks as checks
left join ops.runs as run using (run_id)
group by all;

comment on view quality.trends is 'One row per run and expectation, batches added up: how each measure goes on from run to run.';
comment on column quality.trends.started_at is 'When the run began (UTC).';
comment on column quality.trends.run_id is 'Run: ops.runs.run_id.';
comment on column quality.trends.stage is 'raw, cleaned, deduplicated or extracted.';
comment on column quality.trends.suite is 'Suite of expectations.';
comment on column quality.trends.expectation is 'What was expected.';
comment on column quality.trends.severity is 'critical, warning or info.';
comment on column quality.trends.success is 'Whether it held in every batch.';
comment on column quality.trends.unexpected_count is 'Pages or rows that did not meet it.';
comment on column quality.trends.checked_count is 'Of how many.';
comment on column quality.trends.unexpected_share is 'unexpected_count by checked_count, 0 to 1.';
