-- search.words_of(query_pieces): one row per word of the index that query_pieces ask for, a list of rows of search.pieces.
-- reads: search.terms
-- The words of a query are those of its substrings that the index knows, so that plain SQL needs no segmenter. A run of
-- Latin letters or digits counts as a whole; a single Chinese character counts where its piece has no longer word.
create or replace macro search.words_of(query_pieces) as table (
    with
    starts as (
        select piece_no, kind = 'word' as is_word, key, unnest(range(1, len(key) + 1)) as char_start
        from (select unnest(query_pieces, recursive := true))
        where kind in ('word', 'phrase') and not is_excluded
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
        select candidates.*, word.term_no
        from search.terms as word
        join candidates using (term)
    )

    select term, bool_or(is_word) as is_word, term_no
    from (
        from known
        qualify len(term) > 1 or max(len(term)) over (partition by piece_no) = 1 or regexp_matches(term, '^[a-z0-9]$')
    )
    group by term, term_no
    order by len(term) desc, term
    limit 40
);

comment on macro table search.words_of is 'search.words_of(query_pieces): search.words(query) for a list of rows of search.pieces, with the number of each word in the index.';

-- search.words(query): one row per word of the index that a query asks for.
-- reads: search.pieces, search.words_of
create or replace macro search.words(query) as table (
    select term, is_word
    from search.words_of((select list(piece) from search.pieces(query) as piece))
);

comment on macro table search.words is 'search.words(query): one row per word of the index that a query asks for: term; is_word, false for those that only a phrase holds.';
