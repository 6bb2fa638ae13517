-- The ledger: what ran, what was loaded, from which files.
create schema if not exists ops;

create table ops.runs (
    run_id text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    status text not null,
    rules_version text not null,
    pages_seen bigint,
    pages_new bigint,
    pages_changed bigint,
    pages_unchanged bigint,
    pages_quarantined bigint,
    pages_removed bigint,
    pages_missing bigint
);
comment on table ops.runs is 'One row per flow run. pages_seen = new + changed + unchanged + quarantined.';
comment on column ops.runs.run_id is 'Key of the run.';
comment on column ops.runs.started_at is 'When it began (UTC).';
comment on column ops.runs.finished_at is 'When it ended (UTC); null while it runs or if it was killed.';
comment on column ops.runs.status is 'running, done, gate_closed or failed.';
comment on column ops.runs.rules_version is 'Version of the rules it ran with.';
comment on column ops.runs.pages_seen is 'Pages in the inputs, refused ones included.';
comment on column ops.runs.pages_new is 'Pages loaded for the first time.';
comment on column ops.runs.pages_changed is 'Pages whose rows were replaced, because the text, its date or the rules changed.';
comment on column ops.runs.pages_unchanged is 'Pages left as they were.';
comment on column ops.runs.pages_quarantined is 'Inputs and pages held back.';
comment on column ops.runs.pages_removed is 'Pages deleted because their file is gone and --prune was given, or their record is.';
comment on column ops.runs.pages_missing is 'Pages kept although their file is gone.';

create table ops.inputs (
    input text not null,
    origin text not null,
    byte_count bigint not null,
    sha256 text not null,
    fingerprint text not null,
    page_count bigint not null,
    quarantined_count bigint not null,
    run_id text not null
);
comment on table ops.inputs is 'One row per input file whose pages are loaded or held back.';
comment on column ops.inputs.input is 'Key: path below the root of the run.';
comment on column ops.inputs.origin is 'Where the file was when it was last read; never part of a result.';
comment on column ops.inputs.byte_count is 'Its size.';
comment on column ops.inputs.sha256 is 'SHA-256 of its bytes, in hexadecimal.';
comment on column ops.inputs.fingerprint is 'Hash of all that its rows depend on: bytes, date, collection, reading options, rules. Equal means nothing to do.';
comment on column ops.inputs.page_count is 'Pages of it that are in the warehouse.';
comment on column ops.inputs.quarantined_count is 'Pages of it that are held back.';
comment on column ops.inputs.run_id is 'Run that loaded it last: ops.runs.run_id.';

create table ops.batches (
    batch_id text not null,
    run_id text not null,
    page_count bigint not null,
    line_count bigint not null,
    byte_count bigint not null,
    loaded_at timestamptz not null
);
comment on table ops.batches is 'One row per batch loaded, written in the transaction that loaded it.';
comment on column ops.batches.batch_id is 'Hash of what the batch holds and of the rules.';
comment on column ops.batches.run_id is 'Run that loaded it: ops.runs.run_id.';
comment on column ops.batches.page_count is 'Pages loaded.';
comment on column ops.batches.line_count is 'Their lines, blank ones included.';
comment on column ops.batches.byte_count is 'Their bytes.';
comment on column ops.batches.loaded_at is 'When (UTC).';

create table ops.stage_timings (
    run_id text not null,
    batch_id text not null,
    stage text not null,
    page_count bigint not null,
    duration_s double not null
);
comment on table ops.stage_timings is 'One row per stage and batch of a run: where the time went.';
comment on column ops.stage_timings.run_id is 'Run: ops.runs.run_id.';
comment on column ops.stage_timings.batch_id is 'Batch: ops.batches.batch_id.';
comment on column ops.stage_timings.stage is 'raw, cleaned, deduplicated, extracted or load.';
comment on column ops.stage_timings.page_count is 'Pages that went through.';
comment on column ops.stage_timings.duration_s is 'Wall time in seconds.';
