-- What was judged, and what was held back.
create schema quality;

create table quality.checks (
    run_id text not null,
    stage text not null,
    suite text not null,
    expectation text not null,
    severity text not null,
    success boolean not null,
    observed_value double,
    unexpected_count bigint,
    checked_count bigint,
    checked_at timestamptz not null,
    batch_id text not null
);
comment on table quality.checks is 'One row per expectation evaluated: once per stage and batch.';
comment on column quality.checks.run_id is 'Run: ops.runs.run_id.';
comment on column quality.checks.stage is 'raw, cleaned, deduplicated or extracted.';
comment on column quality.checks.suite is 'Suite of expectations.';
comment on column quality.checks.expectation is 'What was expected.';
comment on column quality.checks.severity is 'critical closes the gate, warning is recorded, info is measured.';
comment on column quality.checks.success is 'Whether it held.';
comment on column quality.checks.observed_value is 'What was measured.';
comment on column quality.checks.unexpected_count is 'How many pages or rows did not meet it.';
comment on column quality.checks.checked_count is 'Of how many.';
comment on column quality.checks.checked_at is 'When (UTC).';
comment on column quality.checks.batch_id is 'Batch: ops.batches.batch_id.';

create table quality.quarantine (
    run_id text not null,
    source text not null,
    stage text not null,
    reason text not null,
    detail text not null,
    quarantined_at timestamptz not null,
    input text not null
);
comment on table quality.quarantine is 'One row per input or page held back, as long as it is: a later run that accepts it removes the row.';
comment on column quality.quarantine.run_id is 'Run that held it back: ops.runs.run_id.';
comment on column quality.quarantine.source is 'The page or file, as in raw.pages.source.';
comment on column quality.quarantine.stage is 'Stage that held it back.';
comment on column quality.quarantine.reason is 'Why, in a word or two that can be grouped by.';
comment on column quality.quarantine.detail is 'What was found and what to try.';
comment on column quality.quarantine.quarantined_at is 'When (UTC).';
comment on column quality.quarantine.input is 'The file that holds it.';
