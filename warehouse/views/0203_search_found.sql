-- What each kind of piece finds. query_pieces: the pieces of a query, a list of rows of search.pieces.

-- search.names_field(query, names): whether a field of those names, joined by |, may be in the query.
create or replace macro search.names_field(query, names) as
    regexp_matches(lower(query), '(' || names || ')[:：]');

comment on macro search.names_field is 'search.names_field(query, names): whether a field of those names, joined by |, may be in query.';

-- search.found_nowhere(): what is found for a query that is words and nothing else.
create or replace macro search.found_nowhere() as table (
    select null::integer as piece_no, null::integer as doc_no where false
);

comment on macro table search.found_nowhere is 'search.found_nowhere(): no row; what is found for a query that is words and nothing else.';

-- search.if_asked(is_asked, statement): what the statement finds, to be added to another, where the query asks for it.
create or replace macro search.if_asked(is_asked, statement) as
    case when is_asked then ' union all ' || statement else '' end;

comment on macro search.if_asked is 'search.if_asked(is_asked, statement): "union all" and statement, for query(), where the query asks for what it finds; else nothing.';

-- search.middles(phrase): the places of the one or two Chinese characters of phrase that are nearest to its middle.
create or replace macro search.middles(phrase) as
    [
        ranked[2]
        for ranked in list_sort([
            [abs(2 * char_no - len(phrase) - 2), char_no]
            for char_no in range(1, len(phrase) + 1)
            if regexp_matches(substring(phrase, char_no, 1), '[㐀-鿿]')
        ])
    ][:2];

comment on macro search.middles is 'search.middles(phrase): the places of the one or two Chinese characters of phrase that are nearest to its middle.';

-- search.may_cover(term, phrase, char_no): whether term, where it stands over the character char_no of phrase, may agree with
-- phrase as far as both go. A term that holds the character twice may.
create or replace macro search.may_cover(term, phrase, char_no) as
    contains(substring(term, instr(term, substring(phrase, char_no, 1)) + 1), substring(phrase, char_no, 1))
    or (
        right(left(term, instr(term, substring(phrase, char_no, 1))), char_no)
        = right(left(phrase, char_no), instr(term, substring(phrase, char_no, 1)))
        and left(substring(term, instr(term, substring(phrase, char_no, 1))), len(phrase) - char_no + 1)
        = left(substring(phrase, char_no), len(term) - instr(term, substring(phrase, char_no, 1)) + 1)
    );

comment on macro search.may_cover is 'search.may_cover(term, phrase, char_no): whether term, where it stands over the character char_no of phrase, may agree with phrase as far as both go.';

-- search.texts_to_read(query_pieces, doc_nos): the articles whose text may hold a "phrase" or excluded word.
-- Some word of the text covers each character of a phrase that stands in it, and agrees with the phrase as far as both go.
-- So of one character, the words of the index that could cover it are looked up: a phrase is then looked for in the texts
-- with such a word and not in all. A character in the middle, because there the phrase says most about its neighbours; of
-- two, the one with fewer words. DuckDB looks up to 50 words in the blocks that hold them, and more in all between the first
-- and the last of them: with more, with none (a phrase without a Chinese character) and if doc_nos are few (a text is read
-- in a microsecond or two), all of doc_nos are read.
-- Candidates go through lists, which DuckDB takes for few rows: it would take them for more than there are articles, and read
-- every text into a table in memory to look the candidates up in it.
-- reads: search.pieces, search.terms, search.postings, search.documents
create or replace macro search.texts_to_read(query_pieces, doc_nos) as table (
    with
    phrases as materialized (
        select piece_no, left(key, 16) as phrase, count(*) over () as phrase_count
        from (select unnest(query_pieces, recursive := true))
        where kind in ('phrase', 'word') and (kind = 'phrase' or is_excluded)
    ),

    middles as materialized (
        select piece_no, phrase, phrase_count, unnest(search.middles(phrase)) as char_no
        from phrases
        where doc_nos is null or len(doc_nos) > 5000
    ),

    covering as (
        select
            middles.piece_no,
            middles.char_no,
            any_value(middles.phrase_count) as phrase_count,
            coalesce(list(terms.term_no) filter (where terms.term_no is not null), []) as term_nos
        from middles
        left join search.terms
            on contains(terms.term, substring(middles.phrase, middles.char_no, 1))
            and search.may_cover(terms.term, middles.phrase, middles.char_no)
        group by middles.piece_no, middles.char_no
    ),

    looked_up as materialized (
        select piece_no, arg_min(term_nos, len(term_nos)) as term_nos
        from covering
        where len(term_nos) <= 50 // phrase_count
        group by piece_no
    ),

    with_such_a_word as materialized (
        select looked_up.piece_no, list(distinct posting.doc_no) as found_doc_nos
        from search.postings as posting
        join (select piece_no, unnest(term_nos) as term_no from looked_up) as looked_up using (term_no)
        group by looked_up.piece_no
    )

    select found.piece_no, found.doc_no
    from (select piece_no, unnest(found_doc_nos) as doc_no from with_such_a_word) as found
    where doc_nos is null or found.doc_no in (select unnest(doc_nos))

    union all

    select phrases.piece_no, unnest(coalesce(doc_nos, everything.doc_nos)) as doc_no
    from (from phrases anti join looked_up using (piece_no)) as phrases
    cross join (select list(doc_no) as doc_nos from search.documents) as everything
);

comment on macro table search.texts_to_read is 'search.texts_to_read(query_pieces, doc_nos): one row per article, of doc_nos if it is not null, and "phrase" or excluded word that its text may hold.';

-- search.found_in_texts(query_pieces, doc_nos): one row per article and "phrase" or excluded word that it holds.
-- Of doc_nos, a list, no more is read than them; null if the query has no word and so every article may fit.
-- reads: search.texts_to_read, search.documents
create or replace macro search.found_in_texts(query_pieces, doc_nos) as table (
    select piece.piece_no, document.doc_no
    from search.texts_to_read(query_pieces, doc_nos) as candidate
    join (select unnest(query_pieces, recursive := true)) as piece using (piece_no)
    join search.documents as document using (doc_no)
    where contains(coalesce(document.folded, document.text), piece.key)
);

comment on macro table search.found_in_texts is 'search.found_in_texts(query_pieces, doc_nos): one row per article, of doc_nos if it is not null, and "phrase" or excluded word that it holds.';

-- search.found_in_headlines(query_pieces): one row per article and headline: whose text its headline holds.
-- reads: search.documents
create or replace macro search.found_in_headlines(query_pieces) as table (
    select piece.piece_no, document.doc_no
    from search.documents as document
    join (from (select unnest(query_pieces, recursive := true)) where kind = 'headline') as piece
        on contains(document.headline, piece.key)
);

comment on macro table search.found_in_headlines is 'search.found_in_headlines(query_pieces): one row per article and headline: whose text its headline holds.';

-- search.found_by_day(query_pieces): one row per article and after: or before: that its date meets.
-- reads: search.pieces, search.documents
create or replace macro search.found_by_day(query_pieces) as table (
    select piece.piece_no, document.doc_no
    from search.documents as document
    join (from (select unnest(query_pieces, recursive := true)) where kind in ('after', 'before')) as piece
        on case
            when piece.kind = 'after' then document.published_on >= piece.day
            else document.published_on <= piece.day
        end
);

comment on macro table search.found_by_day is 'search.found_by_day(query_pieces): one row per article and after: or before: that its date meets.';

-- search.found_on_pages(query_pieces): one row per article and paper: or page: that its page meets.
-- reads: search.pieces, search.documents, raw.pages, extracted.all_articles
create or replace macro search.found_on_pages(query_pieces) as table (
    with
    pieces as materialized (
        from (select unnest(query_pieces, recursive := true)) where kind in ('paper', 'page')
    ),

    pages as (
        select pieces.piece_no, page.page_id
        from raw.pages as page
        join pieces
            on case
                when pieces.kind = 'paper'
                    then contains(page.collection, pieces.text) or contains(page.collection, pieces.key)
                else contains(page.source, pieces.text)
            end
    )

    select pages.piece_no, document.doc_no
    from pages
    join extracted.all_articles as article using (page_id)
    join search.documents as document using (article_id)
);

comment on macro table search.found_on_pages is 'search.found_on_pages(query_pieces): one row per article and paper: or page: that its page meets.';

-- search.found_by_name(query_pieces): one row per article and person: organization: place: or project: that it names.
-- reads: search.pieces, search.documents, extracted.all_people and so on
create or replace macro search.found_by_name(query_pieces) as table (
    with
    pieces as materialized (
        from (select unnest(query_pieces, recursive := true)) where kind in ('person', 'organization', 'place', 'project')
    ),

    named as (
        select pieces.piece_no, mention.article_id
        from extracted.all_people as mention
        join pieces on pieces.kind = 'person' and mention.name in (pieces.text, pieces.key)

        union all

        select pieces.piece_no, mention.article_id
        from extracted.all_organizations as mention
        join pieces
            on pieces.kind = 'organization'
            and (contains(mention.name, pieces.text) or contains(mention.name, pieces.key))

        union all

        select pieces.piece_no, mention.article_id
        from extracted.all_places as mention
        join pieces
            on pieces.kind = 'place' and (contains(mention.name, pieces.text) or contains(mention.name, pieces.key))

        union all

        select pieces.piece_no, mention.article_id
        from extracted.all_projects as mention
        join pieces
            on pieces.kind = 'project' and (contains(mention.name, pieces.text) or contains(mention.name, pieces.key))
    )

    select distinct named.piece_no, document.doc_no
    from named
    join search.documents as document using (article_id)
);

comment on macro table search.found_by_name is 'search.found_by_name(query_pieces): one row per article and person: organization: place: or project: that it names.';

-- search.found_everywhere(query_pieces): every article for a query that only leaves out, as piece 0.
-- reads: search.pieces, search.documents
create or replace macro search.found_everywhere(query_pieces) as table (
    select 0 as piece_no, document.doc_no
    from search.documents as document
    where (select bool_and(is_excluded) from (select unnest(query_pieces, recursive := true)))
);

comment on macro table search.found_everywhere is 'search.found_everywhere(query_pieces): every article, as piece 0, for a query that only leaves out.';
