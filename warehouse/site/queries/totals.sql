-- One row: what the whole warehouse holds.
select
    (select count(*) from cleaned.paragraphs) as paragraph_count,
    (select count(*) from extracted.articles) as article_count,
    (select count(*) from deduplicated.reprints) as reprint_count,
    (select count(*) from quality.quarantine) as held_back_count,
    (select max(finished_at) from ops.runs where status = 'done')::varchar as finished_at,
    (select arg_max(rules_version, started_at) from ops.runs) as rules_version
