-- One row per page, with its text after repair.
-- reads: raw.pages, deduplicated.paragraphs, extracted.articles
create or replace view main.pages as
with
texts as (
    select page_id, string_agg(text, chr(10) order by paragraph_no) as text, count(*) as paragraph_count
    from deduplicated.paragraphs
    where role <> 'furniture'
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
    page.published_on_source,
    coalesce(texts.text, '') as text,
    coalesce(texts.paragraph_count, 0) as paragraph_count,
    coalesce(articles.article_count, 0) as article_count,
    page.rules_version
from raw.pages as page
left join texts using (page_id)
left join articles using (page_id);

comment on view main.pages is 'One row per page, with its text after repair: whole paragraphs, copies and page furniture left out.';
comment on column main.pages.page_id is 'Key.';
comment on column main.pages.source is 'Where the page came from.';
comment on column main.pages.collection is 'The paper or series, where it is known.';
comment on column main.pages.published_on is 'Date of the issue, where it is known.';
comment on column main.pages.published_on_source is 'Which of record, manifest and path gave published_on.';
comment on column main.pages.text is 'The kept paragraphs in their order on the page, parted by line feeds.';
comment on column main.pages.paragraph_count is 'How many they are.';
comment on column main.pages.article_count is 'Articles on the page, reprints left out.';
comment on column main.pages.rules_version is 'Version of the rules that made them.';
