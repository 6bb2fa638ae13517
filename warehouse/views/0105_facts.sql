-- One row per fact of every kind in one shape, each with the place where it stands and a key that outlives re-runs.
-- reads: extracted.all_*, cleaned.paragraphs, raw.pages; read by: trace, timeline
create or replace view extracted.all_facts as
with
facts as (
    select
        'amount' as kind, article_id, paragraph_no, char_start, char_end,
        concat_ws(
            ' ',
            regexp_replace(value::text, '\.00$', '') || coalesce('–' || regexp_replace(value_max::text, '\.00$', ''), ''),
            currency, qualifier, '(' || what || ')'
        ) as reading
    from extracted.all_amounts

    union all by name

    select
        'project' as kind, article_id, paragraph_no, char_start, char_end,
        concat_ws(' · ', regexp_replace(amount::text, '\.00$', '') || ' ' || currency, place, status) as reading
    from extracted.all_projects

    union all by name

    select
        'project_group' as kind, article_id, paragraph_no, char_start, char_end,
        concat_ws(
            ' · ', concat_ws(' ', count, what), regexp_replace(amount::text, '\.00$', '') || ' ' || currency, status
        ) as reading
    from extracted.all_project_groups

    union all by name

    select
        'person' as kind, article_id, paragraph_no, char_start, char_end, array_to_string(titles, '、') as reading
    from extracted.all_people

    union all by name

    select
        'organization' as kind, article_id, paragraph_no, char_start, char_end,
        name || ' ×' || mention_count::text as reading
    from extracted.all_organizations

    union all by name

    select
        'place' as kind, article_id, paragraph_no, char_start, char_end, coalesce(full_path, name) as reading
    from extracted.all_places

    union all by name

    select 'date' as kind, article_id, paragraph_no, char_start, char_end, coalesce(iso, '') as reading
    from extracted.all_dates

    union all by name

    select
        'count' as kind, article_id, paragraph_no, char_start, char_end,
        concat_ws(' ', regexp_replace(value::text, '\.?0+$', ''), unit, qualifier) as reading
    from extracted.all_counts
)

select
    concat(
        facts.article_id, ':', facts.kind, ':', facts.paragraph_no, ':', facts.char_start, '-', facts.char_end
    ) as fact_id,
    facts.kind,
    substring(paragraph.text, facts.char_start + 1, facts.char_end - facts.char_start) as text,
    facts.reading,
    facts.article_id,
    article.page_id,
    facts.paragraph_no,
    facts.char_start,
    facts.char_end
from facts
join extracted.all_articles as article using (article_id)
join cleaned.paragraphs as paragraph
    on paragraph.page_id = article.page_id and paragraph.paragraph_no = facts.paragraph_no;

comment on view extracted.all_facts is 'One row per fact of any kind, in one shape, those of reprints included.';
comment on column extracted.all_facts.fact_id is 'Key: an opaque function of article, kind and place, the same on every machine and in every run under the same rules. trace(fact_id) leads back to the page.';
comment on column extracted.all_facts.kind is 'amount, project, project_group, person, organization, place, date or count.';
comment on column extracted.all_facts.text is 'The characters of the paragraph that it was read from.';
comment on column extracted.all_facts.reading is 'What was read there, in one line for people; the columns of extracted.all_amounts and so on are for sums.';
comment on column extracted.all_facts.article_id is 'Article: extracted.all_articles.article_id.';
comment on column extracted.all_facts.page_id is 'Page: raw.pages.page_id.';
comment on column extracted.all_facts.paragraph_no is 'Paragraph of that page: cleaned.paragraphs.paragraph_no.';
comment on column extracted.all_facts.char_start is 'First character in the paragraph''s text, from 0.';
comment on column extracted.all_facts.char_end is 'Character after the last one in the paragraph''s text.';

-- One row per fact of an article that is kept, with its article and page.
-- reads: extracted.all_facts, deduplicated.reprints, extracted.all_articles, raw.pages
create or replace view main.facts as
select
    fact.fact_id,
    fact.kind,
    fact.text,
    fact.reading,
    article.headline,
    article.published_on,
    page.collection,
    page.source,
    fact.article_id,
    fact.page_id,
    fact.paragraph_no,
    fact.char_start,
    fact.char_end
from extracted.all_facts as fact
anti join deduplicated.reprints as reprint on fact.article_id = reprint.article_id
join extracted.all_articles as article on fact.article_id = article.article_id
join raw.pages as page on fact.page_id = page.page_id;

comment on view main.facts is 'One row per fact of any kind, in one shape, with its article and page. Reprints are left out.';
comment on column main.facts.fact_id is 'Key; trace(fact_id) leads back to the page, the line and the characters.';
comment on column main.facts.kind is 'amount, project, project_group, person, organization, place, date or count.';
comment on column main.facts.text is 'The characters of the paragraph that it was read from.';
comment on column main.facts.reading is 'What was read there, in one line for people.';
comment on column main.facts.headline is 'Headline of the article.';
comment on column main.facts.published_on is 'Date of the issue, where it is known.';
comment on column main.facts.collection is 'The paper or series, where it is known.';
comment on column main.facts.source is 'Where the page came from.';
comment on column main.facts.article_id is 'Article: extracted.articles.article_id.';
comment on column main.facts.page_id is 'Page: raw.pages.page_id.';
comment on column main.facts.paragraph_no is 'Paragraph of that page: cleaned.paragraphs.paragraph_no.';
comment on column main.facts.char_start is 'First character in the paragraph''s text, from 0.';
comment on column main.facts.char_end is 'Character after the last one in the paragraph''s text.';
