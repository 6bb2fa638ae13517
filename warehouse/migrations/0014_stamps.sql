-- What tells without reading a file that it is still the one that was read; timings of more parts of a run.
alter table ops.inputs add column stamp text;
comment on column ops.inputs.stamp is 'Device, inode, size and times of modification and of change (ns) of the file as it was read; null where it was read too soon after it was written for these to be trusted. Never part of a result.';
comment on table ops.view_digests is 'The views as they were made last.';
comment on column ops.stage_timings.stage is 'raw, cleaned, deduplicated, extracted, gate (once after each stage, waiting for others included) or load.';
