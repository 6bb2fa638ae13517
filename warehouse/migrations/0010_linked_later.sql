-- What a large load leaves to be compared in partitions when all of it is there (warehouse.linking). Empty after every run.

create table deduplicated.unlinked_bodies (
    body_hash ubigint not null
);
comment on table deduplicated.unlinked_bodies is 'One row per body that is not yet compared with the others.';
comment on column deduplicated.unlinked_bodies.body_hash is 'Body: deduplicated.bodies.body_hash.';

create table deduplicated.undecided_bodies (
    body_hash ubigint not null
);
comment on table deduplicated.undecided_bodies is 'One row per body whose copies are still to be chosen from.';
comment on column deduplicated.undecided_bodies.body_hash is 'Body: deduplicated.bodies.body_hash; it may be gone.';

comment on column ops.inputs.sha256 is 'SHA-256 of the file; of a file on an object store, the version that the store tells.';
