-- The raw stage: pages as they were read.
create schema raw;

create table raw.pages (
    page_id text primary key,
    source text not null,
    collection text,
    published_on date,
    published_on_source text,
    encoding text not null,
    byte_count bigint not null,
    sha256 text not null,
    text text not null,
    line_count integer not null,
    input text not null,
    rules_version text not null,
    run_id text not null,
    ingested_at timestamptz not null
);
comment on table raw.pages is 'One row per page accepted, as decoded from its file or record.';
comment on column raw.pages.page_id is 'Key: an opaque function of source, the same on every machine and in every run.';
comment on column raw.pages.source is 'Where the page came from: path below the root of the run; #n follows for record n of a container file.';
comment on column raw.pages.collection is 'The paper or series, from the record, the manifest or the path; null where none of them says.';
comment on column raw.pages.published_on is 'Date of the issue, from the record, the manifest or the path; null where none of them says.';
comment on column raw.pages.published_on_source is 'Which of record, manifest and path gave published_on.';
comment on column raw.pages.encoding is 'Encoding that the bytes were read in.';
comment on column raw.pages.byte_count is 'Bytes of the page as it came.';
comment on column raw.pages.sha256 is 'SHA-256 of those bytes, in hexadecimal.';
comment on column raw.pages.text is 'The page''s text as decoded: byte order mark removed, nothing else changed. raw_char_start counts in it.';
comment on column raw.pages.line_count is 'Physical lines, blank ones included, as an editor counts them.';
comment on column raw.pages.input is 'The file that holds the page: source without the record number.';
comment on column raw.pages.rules_version is 'Version of the rules that made all rows of this page.';
comment on column raw.pages.run_id is 'Run that loaded the page: ops.runs.run_id.';
comment on column raw.pages.ingested_at is 'When it was loaded (UTC).';
