-- search(query, max_results := 200): articles ranked for a query by BM25 over the index's words, best first.
-- An article must hold one of the words if the query has any, every "phrase" and what every field asks for.
-- reads: search.pieces, search.words, search.postings, search.documents, deduplicated.reprints, extracted.people and so on
-- k1 = 1.2 and b = .75: the usual values (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009).
create or replace macro main.search(query, max_results := 200) as table (
    with
    pieces as materialized (
        from search.pieces(query)
    ),

    words as materialized (
        from search.words(query)
    ),

    asked as materialized (
        select
            count(*) as piece_count,
            count(*) filter (where kind <> 'word' and not is_excluded) as required_count,
            count(*) filter (where kind = 'word' and not is_excluded) > 0 as has_word,
            min(key) filter (where kind = 'phrase' and not is_excluded) as phrase,
            min(key) filter (where kind in ('person', 'organization', 'place', 'project') and not is_excluded) as name
        from pieces
    ),

    postings as materialized (
        select posting.term, posting.doc_no, posting.occurrence_count
        from search.postings as posting
        join words using (term)
    ),

    corpus as materialized (
        select count(*)::double as article_count, avg(term_count) as mean_term_count from search.documents
    ),

    -- Floating-point numbers throughout: a literal such as .5 is a decimal to DuckDB, and decimals are slow.
    terms as materialized (
        select
            counted.term,
            counted.is_word,
            counted.article_count,
            ln(1 + (corpus.article_count - counted.article_count + .5::double) / (counted.article_count + .5::double)) as weight
        from (
            select postings.term, count(*)::double as article_count, any_value(words.is_word) as is_word
            from postings
            join words using (term)
            group by postings.term
        ) as counted
        cross join corpus
    ),

    scored as (
        select
            postings.doc_no,
            sum(
                terms.weight * postings.occurrence_count * 2.2::double
                / (
                    postings.occurrence_count
                    + 1.2::double * (.25::double + .75::double * document.term_count / corpus.mean_term_count)
                )
            ) as score,
            bool_or(terms.is_word) as has_word,
            arg_min(terms.term, (terms.article_count, terms.term)) as rarest_term
        from postings
        join terms using (term)
        join search.documents as document using (doc_no)
        cross join corpus
        group by postings.doc_no
    ),

    -- What each piece but the words finds.
    of_texts as (
        select piece.piece_no, document.doc_no
        from search.documents as document
        join (from pieces where kind in ('phrase', 'word', 'headline') and (kind <> 'word' or is_excluded)) as piece
            on case
                when piece.kind = 'headline'
                    then contains(
                        left(coalesce(document.folded, document.text), instr(document.text, chr(10))), piece.key
                    )
                else contains(coalesce(document.folded, document.text), piece.key)
            end
    ),

    of_days as (
        select piece.piece_no, document.doc_no
        from search.documents as document
        join (from pieces where kind in ('after', 'before')) as piece
            on case
                when piece.kind = 'after' then document.published_on >= piece.day
                else document.published_on <= piece.day
            end
    ),

    of_pages as (
        select piece.piece_no, article.article_id
        from extracted.all_articles as article
        join (
            select piece.piece_no, page.page_id
            from raw.pages as page
            join (from pieces where kind in ('paper', 'page')) as piece
                on case
                    when piece.kind = 'paper' then contains(page.collection, piece.text) or contains(page.collection, piece.key)
                    else contains(page.source, piece.text)
                end
        ) as piece using (page_id)
    ),

    of_names as (
        select piece.piece_no, named.article_id
        from extracted.all_people as named
        join (from pieces where kind = 'person') as piece on named.name = piece.text or named.name = piece.key

        union all

        select piece.piece_no, named.article_id
        from extracted.all_organizations as named
        join (from pieces where kind = 'organization') as piece
            on contains(named.name, piece.text) or contains(named.name, piece.key)

        union all

        select piece.piece_no, named.article_id
        from extracted.all_places as named
        join (from pieces where kind = 'place') as piece
            on contains(named.name, piece.text) or contains(named.name, piece.key)

        union all

        select piece.piece_no, named.article_id
        from extracted.all_projects as named
        join (from pieces where kind = 'project') as piece
            on contains(named.name, piece.text) or contains(named.name, piece.key)
    ),

    found as (
        from of_texts

        union all

        from of_days

        union all

        select named.piece_no, document.doc_no
        from search.documents as document
        join (from of_pages union all from of_names) as named using (article_id)
    ),

    met as (
        select
            found.doc_no,
            count(distinct found.piece_no) filter (where not pieces.is_excluded) as met_count,
            bool_or(pieces.is_excluded) as is_excluded
        from found
        join pieces using (piece_no)
        group by found.doc_no
    ),

    reprints as (
        select document.doc_no
        from search.documents as document
        join deduplicated.reprints using (article_id)
    ),

    best as materialized (
        select
            document.doc_no,
            document.published_on,
            coalesce(round(scored.score, 4), 0) as score,
            coalesce(asked.phrase, scored.rarest_term, asked.name) as shown_term
        from search.documents as document
        cross join asked
        left join scored using (doc_no)
        left join met using (doc_no)
        anti join reprints using (doc_no)
        where asked.piece_count > 0
          and (scored.has_word or not asked.has_word)
          and coalesce(met.met_count, 0) = asked.required_count
          and not coalesce(met.is_excluded, false)
        order by score desc, document.published_on desc nulls last, document.doc_no
        limit max_results
    ),

    shown as (
        select
            document.article_id,
            document.text,
            coalesce(document.folded, document.text) as folded,
            instr(document.text, chr(10)) as headline_end,
            best.score,
            best.published_on,
            best.shown_term
        from search.documents as document
        join best using (doc_no)
    ),

    placed as (
        select
            *,
            coalesce(instr(substring(folded, headline_end + 1), shown_term), 0) as char_start
        from shown
    )

    select
        article_id,
        nullif(left(text, headline_end - 1), '') as headline,
        score,
        replace(substring(text, headline_end + greatest(1, char_start - 24), 80), chr(10), ' ') as snippet
    from placed
    order by score desc, published_on desc nulls last, article_id
);

comment on macro table main.search is 'search(query, max_results := 200): articles ranked for a query by BM25, best first: article_id, headline, score, snippet. A query holds words, "phrases", headline: paper: page: after: before: person: organization: place: project: before a value, and - before what is not wanted.';
