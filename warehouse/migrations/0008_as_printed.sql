-- Copies removed from a page are left as the page printed them: their joins are rows that are not applied.
comment on table cleaned.paragraphs is 'One row per paragraph after repair; of a copy that deduplicated.page_duplicates removes, one row per line, as printed. Every line with a visible character is in exactly one.';
comment on column cleaned.repairs.is_applied is 'False: probable but not sure enough, flagged and not done; or a join inside a copy that was removed and left as printed (the reason says so).';
comment on table deduplicated.page_duplicates is 'One row per paragraph removed as a copy of another on the same page; a copy of several lines has a row for each line. Part of deduplicated.duplicates.';
