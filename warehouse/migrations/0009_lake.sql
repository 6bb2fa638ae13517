-- What a warehouse that is a lake needs besides: which snapshot readers open, and turns of its writers. Empty in a file.

create table ops.published (
    snapshot_id bigint not null,
    run_id text not null,
    published_at timestamptz not null
);
comment on table ops.published is 'One row per publication of a lake; readers open the newest snapshot named here.';
comment on column ops.published.snapshot_id is 'Snapshot of DuckLake.';
comment on column ops.published.run_id is 'Run that published it: ops.runs.run_id.';
comment on column ops.published.published_at is 'When (UTC).';

create table ops.turns (
    turn bigint not null
);
insert into ops.turns values (0);
comment on table ops.turns is 'One row that every loading transaction of a lake changes, so that of two at once one has to begin again.';
comment on column ops.turns.turn is 'Count of loads.';

create table ops.view_digests (
    digest text not null
);
comment on table ops.view_digests is 'The views of a lake as they were made last.';
comment on column ops.view_digests.digest is 'BLAKE2b of their SQL.';
