-- What a query does not ask for is not planned: DuckDB plans all of a statement, needed or not, and takes longer for the
-- parts that few queries need than most queries take to answer. query() plans the statement that its text turns out to be.

-- search.literal(text): text as SQL writes it, to stand in such a statement.
create or replace macro search.literal(text) as
    chr(39) || replace(replace(coalesce(text, ''), chr(0), ' '), chr(39), chr(39) || chr(39)) || chr(39);

comment on macro search.literal is 'search.literal(text): text as SQL writes it, in quotation marks.';

-- search.is_plain(query): whether a query is words and nothing else.
create or replace macro search.is_plain(query) as not regexp_matches(query, '["“”「」:：-]');

comment on macro search.is_plain is 'search.is_plain(query): whether a query has no quotation mark, colon or sign, and so is words and nothing else.';

-- search.is_said(text): whether there is more in text than punctuation and signs. Ranges, because RE2 takes 3 ms to build
-- \p{L}, each time that a query is planned.
create or replace macro search.is_said(text) as
    regexp_matches(text, '[^\x00-/:-@\[-`{-¿‐-\x{245F}─-⯿　-〄〈-〠＀-／：-＠［-｀｛-･￠-￿\x{1F000}-\x{1FAFF}]');

comment on macro search.is_said is 'search.is_said(text): whether there is more in text than punctuation and signs.';

-- search.marked_pieces(query): the pieces of a query with quotation marks, colons or signs.
create or replace macro search.marked_pieces(query) as table (
    with
    tokens as (
        select
            unnest(found) as token,
            unnest(range(1, len(found) + 1))::integer as piece_no
        from (
            select regexp_extract_all(
                left(coalesce(query, ''), 200),
                '-?(?:[A-Za-z]+[:：]|[一-鿿]{1,2}[:：])?(?:"[^"]*"|“[^”]*”|「[^」]*」|[^\s"“”「」]+)'
            ) as found
        )
    ),

    -- Each step is a CTE of its own and none refers to a name given in the same step: DuckDB would write its whole
    -- expression out wherever the name stands, and take longer to plan the query than to answer it.
    split as (
        select
            piece_no,
            starts_with(token, '-') and len(token) > 1 as is_excluded,
            regexp_extract(token, '^-?(?:([A-Za-z]+|[一-鿿]{1,2})[:：])?(.*)$', ['before', 'after'], 's') as part,
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
        where search.is_said(text)
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

comment on macro table search.marked_pieces is 'search.marked_pieces(query): search.pieces(query) where the query has quotation marks, colons or signs.';

-- search.plain_pieces(query): the pieces of a query that is words and nothing else.
create or replace macro search.plain_pieces(query) as table (
    select
        piece_no,
        'word' as kind,
        text,
        search.fold(text) as key,
        false as is_excluded,
        null::date as day
    from (
        select
            unnest(found) as text,
            unnest(range(1, len(found) + 1))::integer as piece_no
        from (
            select regexp_extract_all(left(query, 200), '\S+') as found
        )
    )
    where search.is_said(text)
);

comment on macro table search.plain_pieces is 'search.plain_pieces(query): search.pieces(query) where the query is words and nothing else.';

-- search.pieces(query): one row per piece of a query, as search(query) understands it.
-- A piece is a word, a "phrase", or field:value; - before it leaves out what it finds. What is no piece is a word, so that
-- every text is a query. Queries are read to the 200th character.
-- reads: search.marked_pieces, search.plain_pieces
create or replace macro search.pieces(query) as table (
    from query(
        case when search.is_plain(query) then 'from search.plain_pieces(' else 'from search.marked_pieces(' end
        || search.literal(query) || ')'
    )
);

comment on macro table search.pieces is 'search.pieces(query): one row per piece of a query as search(query) understands it: piece_no, kind (word, phrase, headline, paper, page, after, before, person, organization, place, project), text, key, is_excluded, day.';
