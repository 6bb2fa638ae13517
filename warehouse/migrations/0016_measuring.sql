-- Time that the gates take inside the stages is told apart.
comment on column ops.stage_timings.stage is 'raw, cleaned, deduplicated, extracted (without what is measured for gates), measure (once in each of them), gate (the judging after each, and of the run), load.';
