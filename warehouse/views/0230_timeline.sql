-- timeline(name): one row per article that names a person, an organisation or a project, by date.
-- A person is asked for by the whole name; an organisation or a project also by a part of its name.
-- reads: extracted.people, extracted.organizations, extracted.projects, main.articles, cleaned.paragraphs
create or replace macro main.timeline(name) as table (
    with
    asked as (
        select trim(name) as wanted
    ),

    mentions as (
        select
            'person' as kind, person.name as subject, article_id, paragraph_no, char_start, char_end,
            array_to_string(titles, '、') as event
        from extracted.people as person
        join asked on person.name = asked.wanted

        union all by name

        select
            'organization' as kind, organization.name as subject, article_id, paragraph_no, char_start, char_end,
            '' as event
        from extracted.organizations as organization
        join asked on len(asked.wanted) > 1 and contains(organization.name, asked.wanted)

        union all by name

        select
            'project' as kind, project.name as subject, article_id, paragraph_no, char_start, char_end,
            concat_ws(' · ', status, regexp_replace(amount::text, '\.00$', '') || ' ' || currency, place) as event
        from extracted.projects as project
        join asked on len(asked.wanted) > 1 and contains(project.name, asked.wanted)
    ),

    told as (
        select
            kind, subject, article_id,
            coalesce(string_agg(distinct event, '; ' order by event) filter (where event <> ''), '') as event,
            min({'paragraph_no': paragraph_no, 'char_start': char_start, 'char_end': char_end}) as first_mention
        from mentions
        group by kind, subject, article_id
    )

    select
        article.published_on,
        told.kind,
        told.subject,
        told.event,
        article.headline,
        main.sentence_at(paragraph.text, told.first_mention.char_start) as sentence,
        article.collection,
        article.source,
        told.article_id,
        concat(
            told.article_id, ':', told.kind, ':', told.first_mention.paragraph_no,
            ':', told.first_mention.char_start, '-', told.first_mention.char_end
        ) as fact_id
    from told
    join main.articles as article using (article_id)
    join cleaned.paragraphs as paragraph
        on paragraph.page_id = article.page_id and paragraph.paragraph_no = told.first_mention.paragraph_no
    order by article.published_on nulls last, article.source, article.article_no, told.kind, told.subject
);

comment on macro table main.timeline is 'timeline(name): one row per article that names a person (whole name), an organisation or a project (also a part of the name), by date: published_on, kind, subject, event (posts; state, sum and place of a project), headline, sentence, collection, source, article_id, fact_id.';
