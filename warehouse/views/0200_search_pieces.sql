-- search.pieces(query): one row per piece of a query, as search(query) understands it.
-- A piece is a word, a "phrase", or field:value; - before it leaves out what it finds. What is no piece is a word, so that
-- every text is a query. Queries are read to the 200th character.
create or replace macro search.pieces(query) as table (
    with
    tokens as (
        select
            unnest(found) as token,
            unnest(range(1, len(found) + 1))::integer as piece_no
        from (
            select regexp_extract_all(
                left(coalesce(query, ''), 200),
                '-?(?:[A-Za-z]+[:：]|\p{Han}{1,2}[:：])?(?:"[^"]*"|“[^”]*”|「[^」]*」|[^\s"“”「」]+)'
            ) as found
        )
    ),

    -- Each step is a CTE of its own and none refers to a name given in the same step: DuckDB would write its whole
    -- expression out wherever the name stands, and take longer to plan the query than to answer it.
    split as (
        select
            piece_no,
            starts_with(token, '-') and len(token) > 1 as is_excluded,
            regexp_extract(token, '^-?(?:([A-Za-z]+|\p{Han}{1,2})[:：])?(.*)$', ['before', 'after'], 's') as part,
            ltrim(token, '-') as whole
        from tokens
    ),

    named as (
        select
            piece_no,
            is_excluded,
            whole,
            part.after as after_colon,
            map_extract(map {
                'headline': 'headline', 'title': 'headline', '标题': 'headline', '標題': 'headline',
                'paper': 'paper', 'collection': 'paper', '报纸': 'paper', '報紙': 'paper',
                'page': 'page', 'source': 'page', '版面': 'page',
                'after': 'after', '自': 'after', 'before': 'before', '至': 'before',
                'person': 'person', '人物': 'person',
                'organization': 'organization', 'org': 'organization', '机构': 'organization', '機構': 'organization',
                'place': 'place', '地点': 'place', '地點': 'place',
                'project': 'project', '项目': 'project', '項目': 'project'
            }, lower(part.before))[1] as field
        from split
    ),

    unquoted as (
        select
            piece_no,
            is_excluded,
            field,
            whole,
            regexp_replace(case when field is null then whole else after_colon end, '^["“「]|["”」]$', '', 'g') as text
        from named
    ),

    dated as (
        select
            *,
            case
                when regexp_matches(text, '^\d{4}$') then try_cast(text || '-01-01' as date)
                when regexp_matches(text, '^\d{4}-\d{1,2}$') then try_cast(text || '-01' as date)
                when regexp_matches(text, '^\d{4}-\d{1,2}-\d{1,2}$') then try_cast(text as date)
            end as first_day
        from unquoted
        where regexp_matches(text, '[\p{L}\p{N}]')
    ),

    judged as (
        select
            *,
            case
                when field in ('after', 'before') and first_day is null then 'word'
                when field is not null then field
                when starts_with(whole, '"') or starts_with(whole, '“') or starts_with(whole, '「') then 'phrase'
                else 'word'
            end as kind
        from dated
    ),

    worded as (
        select piece_no, kind, case when kind = 'word' then whole else text end as text, is_excluded, first_day
        from judged
    )

    select
        piece_no,
        kind,
        text,
        search.fold(text) as key,
        is_excluded,
        case
            when kind = 'after' then first_day
            when kind = 'before' and len(text) < 5 then (first_day + interval 1 year - interval 1 day)::date
            when kind = 'before' and len(text) < 8 then (first_day + interval 1 month - interval 1 day)::date
            when kind = 'before' then first_day
        end as day
    from worded
);

comment on macro table search.pieces is 'search.pieces(query): one row per piece of a query as search(query) understands it: piece_no, kind (word, phrase, headline, paper, page, after, before, person, organization, place, project), text, key, is_excluded, day.';

-- search.words(query): one row per word of the index that a query asks for.
-- reads: search.terms
-- The words of a query are those of its substrings that the index knows, so that plain SQL needs no segmenter. A run of
-- Latin letters or digits counts as a whole; a single Chinese character counts where its piece has no longer word.
create or replace macro search.words(query) as table (
    with
    pieces as materialized (
        select piece_no, kind = 'word' as is_word, key
        from search.pieces(query)
        where kind in ('word', 'phrase') and not is_excluded
    ),

    starts as (
        select piece_no, is_word, key, unnest(range(1, len(key) + 1)) as char_start from pieces
    ),

    substrings as (
        select
            piece_no, is_word, key, char_start,
            unnest(range(1, least(16, len(key) - char_start + 1) + 1)) as char_count
        from starts
    ),

    candidates as (
        select distinct piece_no, is_word, substring(key, char_start, char_count) as term
        from substrings
        where not regexp_matches(substring(key, char_start - 1, 2), '^[a-z0-9]{2}$')
          and not regexp_matches(substring(key, char_start + char_count - 1, 2), '^[a-z0-9]{2}$')
    ),

    known as (
        select candidates.*
        from search.terms
        join candidates using (term)
    )

    select term, bool_or(is_word) as is_word
    from (
        from known
        qualify len(term) > 1 or max(len(term)) over (partition by piece_no) = 1 or regexp_matches(term, '^[a-z0-9]$')
    )
    group by term
    order by len(term) desc, term
    limit 40
);

comment on macro table search.words is 'search.words(query): one row per word of the index that a query asks for: term; is_word, false for those that only a phrase holds.';
