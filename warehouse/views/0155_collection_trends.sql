-- One row per run, rule and collection: how each measure of each paper goes on from run to run.
-- reads: quality.measures, ops.runs
create or replace view quality.collection_trends as
select
    run.started_at,
    measures.run_id,
    measures.collection,
    measures.stage,
    measures.rule,
    measures.severity,
    sum(measures.unexpected_count) as unexpected_count,
    sum(measures.page_count) as page_count,
    sum(measures.unexpected_count) / nullif(sum(measures.page_count), 0) as unexpected_share
from quality.measures as measures
left join ops.runs as run using (run_id)
group by all;

comment on view quality.collection_trends is 'One row per run, rule and collection: how each measure of each paper goes on from run to run.';
comment on column quality.collection_trends.started_at is 'When the run began (UTC).';
comment on column quality.collection_trends.run_id is 'Run: ops.runs.run_id.';
comment on column quality.collection_trends.collection is 'Paper: raw.pages.collection; null where it is not known.';
comment on column quality.collection_trends.stage is 'raw, cleaned, deduplicated or extracted.';
comment on column quality.collection_trends.rule is 'Rule, see docs/quality.md.';
comment on column quality.collection_trends.severity is 'critical, warning or info.';
comment on column quality.collection_trends.unexpected_count is 'Pages that break the rule.';
comment on column quality.collection_trends.page_count is 'Of how many.';
comment on column quality.collection_trends.unexpected_share is 'unexpected_count by page_count, 0 to 1.';
