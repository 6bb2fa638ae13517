-- What retry and usual ranges need: where a refused file was, how an input was read, and measures by collection.

alter table quality.quarantine add column origin text;
comment on column quality.quarantine.origin is 'Where the file was, if it is not in ops.inputs; `banmian retry` reads it there.';

alter table ops.inputs add column reading text;
comment on column ops.inputs.reading is 'How it was read, as JSON: the pattern of its path and the fields of its records. `banmian retry` reads it so again.';

comment on column ops.runs.status is 'running, done, gate_closed, failed, interrupted, or killed (it never wrote its end).';

create table quality.measures (
    run_id text not null,
    batch_id text not null,
    stage text not null,
    rule text not null,
    severity text not null,
    collection text,
    page_count bigint not null,
    observed_value double not null,
    unexpected_count bigint not null
);
comment on table quality.measures is 'One row per batch, stage, rule and collection: what the gates measured on the pages of each paper.';
comment on column quality.measures.run_id is 'Run: ops.runs.run_id.';
comment on column quality.measures.batch_id is 'Batch: ops.batches.batch_id.';
comment on column quality.measures.stage is 'raw, cleaned, deduplicated or extracted.';
comment on column quality.measures.rule is 'Rule: the name of what is counted, see docs/quality.md.';
comment on column quality.measures.severity is 'critical holds the page back, warning is recorded, info is measured.';
comment on column quality.measures.collection is 'Paper: raw.pages.collection; null where it is not known.';
comment on column quality.measures.page_count is 'Pages measured.';
comment on column quality.measures.observed_value is 'How often the rule is broken on them.';
comment on column quality.measures.unexpected_count is 'Pages that break it.';
