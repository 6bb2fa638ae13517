-- One row per page: what was found and done on it.
-- reads: raw.pages, cleaned.paragraphs, cleaned.repairs, deduplicated.duplicates, extracted.articles
create or replace view main.page_quality as
with
paragraphs as (
    select
        page_id,
        count(*) as paragraph_count,
        sum(len(line_numbers)) as text_line_count,
        sum(len(line_numbers) - 1) as join_count,
        count(*) filter (where is_truncated) as truncated_count,
        sum(len(text)) as char_count
    from cleaned.paragraphs
    group by page_id
),

removed as (
    select
        copy.page_id,
        count(*) as duplicate_count,
        sum(len(paragraph.text)) as char_count
    from deduplicated.duplicates as copy
    join cleaned.paragraphs as paragraph using (page_id, paragraph_no)
    group by copy.page_id
),

doubts as (
    select page_id, count(*) as suspected_join_count
    from cleaned.repairs
    where not is_applied and not starts_with(reason, 'inside a removed copy')
    group by page_id
),

articles as (
    select page_id, count(*) as article_count
    from extracted.articles
    group by page_id
)

select
    page.page_id,
    page.source,
    page.collection,
    page.published_on,
    page.line_count,
    coalesce(paragraphs.text_line_count, 0) as text_line_count,
    coalesce(paragraphs.paragraph_count, 0) as paragraph_count,
    coalesce(paragraphs.join_count, 0) as join_count,
    coalesce(doubts.suspected_join_count, 0) as suspected_join_count,
    coalesce(removed.duplicate_count, 0) as duplicate_count,
    coalesce(paragraphs.truncated_count, 0) as truncated_count,
    coalesce(articles.article_count, 0) as article_count,
    1 - coalesce(removed.char_count, 0) / nullif(paragraphs.char_count, 0) as kept_char_share
from raw.pages as page
left join paragraphs using (page_id)
left join removed using (page_id)
left join doubts using (page_id)
left join articles using (page_id);

comment on view main.page_quality is 'One row per page: what was found and done on it.';
comment on column main.page_quality.page_id is 'Page: raw.pages.page_id.';
comment on column main.page_quality.source is 'Where the page came from.';
comment on column main.page_quality.collection is 'The paper or series, where it is known.';
comment on column main.page_quality.published_on is 'Date of the issue, where it is known.';
comment on column main.page_quality.line_count is 'Physical lines, blank ones included.';
comment on column main.page_quality.text_line_count is 'Lines with a visible character; each is in exactly one paragraph.';
comment on column main.page_quality.paragraph_count is 'Paragraphs after repair: text_line_count - join_count.';
comment on column main.page_quality.join_count is 'Line ends mended.';
comment on column main.page_quality.suspected_join_count is 'Line ends that may be broken and were left alone, those inside removed copies not counted.';
comment on column main.page_quality.duplicate_count is 'Paragraphs removed as copies, of this page or of another.';
comment on column main.page_quality.truncated_count is 'Paragraphs whose rest is nowhere on the page.';
comment on column main.page_quality.article_count is 'Articles on the page, reprints left out.';
comment on column main.page_quality.kept_char_share is 'Share of the page''s characters that is in kept paragraphs, 0 to 1.';
