-- search(query, max_results := 200): articles ranked for a query by BM25 over the index's words, best first.
-- An article must hold one of the words if the query has any, every "phrase" and what every field asks for.
-- reads: search.pieces, search.words_of, search.found_in_texts and so on, search.postings, search.documents, deduplicated.reprints
-- k1 = 1.2 and b = .75: the usual values (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009).
create or replace macro main.search(query, max_results := 200) as table (
    with
    pieces as materialized (
        from search.pieces(query)
    ),

    words as materialized (
        from search.words_of((select list(pieces) from pieces))
    ),

    asked as materialized (
        select
            count(*) filter (where kind <> 'word' and not is_excluded) as required_count,
            count(*) filter (where kind = 'word' and not is_excluded) > 0 as has_word,
            min(key) filter (where kind = 'phrase' and not is_excluded) as phrase,
            min(key) filter (where kind in ('person', 'organization', 'place', 'project') and not is_excluded) as name
        from pieces
    ),

    postings as materialized (
        select words.term_no, posting.doc_no, posting.occurrence_count
        from search.postings as posting
        join words using (term_no)
    ),

    counted as (
        select
            posting.term_no,
            posting.article_count,
            corpus.article_count as corpus_article_count,
            corpus.mean_term_count
        from (select term_no, count(*)::double as article_count from postings group by term_no) as posting
        cross join (
            select count(*)::double as article_count, avg(term_count) as mean_term_count from search.documents
        ) as corpus
    ),

    -- Floating-point numbers throughout: a literal such as .5 is a decimal to DuckDB, and decimals are slow.
    terms as materialized (
        select
            words.term_no,
            words.term,
            words.is_word,
            row_number() over (order by counted.article_count, words.term) as rarity,
            ln(
                1 + (counted.corpus_article_count - counted.article_count + .5::double)
                / (counted.article_count + .5::double)
            ) * 2.2::double as weight,
            1.2::double * .25::double as least_damping,
            1.2::double * .75::double / counted.mean_term_count as damping_per_term
        from words
        join counted using (term_no)
    ),

    -- The articles with a word of the query, the only ones of which anything else is asked; none is listed if it has no word.
    worded as (
        select distinct postings.doc_no
        from postings
        join terms using (term_no)
        where terms.is_word
    ),

    -- What the query asks for beside words. What it does not name is not planned (search.pieces tells why).
    found as (
        from query(
            'from search.found_nowhere()'
            || search.if_asked(
                regexp_matches(query, '["“”「」-]'),
                'from search.found_in_texts((select list(pieces) from pieces), (select list(doc_no) from worded))'
            )
            || search.if_asked(
                search.names_field(query, 'headline|title|标题|標題'),
                'from search.found_in_headlines((select list(pieces) from pieces))'
            )
            || search.if_asked(
                contains(query, '-'),
                'from search.found_everywhere((select list(pieces) from pieces))'
            )
            || search.if_asked(
                search.names_field(query, 'after|before|自|至'),
                'from search.found_by_day((select list(pieces) from pieces))'
            )
            || search.if_asked(
                search.names_field(query, 'paper|collection|page|source|报纸|報紙|版面'),
                'from search.found_on_pages((select list(pieces) from pieces))'
            )
            || search.if_asked(
                search.names_field(query, 'person|organization|org|place|project|人物|机构|機構|地点|地點|项目|項目'),
                'from search.found_by_name((select list(pieces) from pieces))'
            )
        )
    ),

    -- No article stands twice in what is found for a piece.
    met as (
        select
            found.doc_no,
            count(*) filter (where not pieces.is_excluded) as met_count,
            bool_or(coalesce(pieces.is_excluded, false)) as is_excluded
        from found
        left join pieces using (piece_no)
        group by found.doc_no
    ),

    -- A query of phrases and fields alone has words too, by which what was found is ranked.
    wanted as (
        select postings.*
        from postings
        cross join asked
        where asked.has_word or postings.doc_no in (select met.doc_no from met)
    ),

    scored as (
        select
            postings.doc_no,
            sum(
                terms.weight * postings.occurrence_count
                / (postings.occurrence_count + terms.least_damping + terms.damping_per_term * document.term_count)
            ) as score,
            bool_or(terms.is_word) as has_word,
            min(terms.rarity) as rarity
        from wanted as postings
        join terms using (term_no)
        join search.documents as document using (doc_no)
        group by postings.doc_no
    ),

    fitting as (
        select
            doc_no,
            coalesce(round(scored.score, 4), 0) as score,
            scored.rarity
        from scored
        full join met using (doc_no)
        -- Not a cross join: DuckDB would make it a join by the count, and a hash table of all that was found.
        where (scored.has_word or not (select has_word from asked))
          and coalesce(met.met_count, 0) = (select required_count from asked)
          and not coalesce(met.is_excluded, false)
    ),

    best as materialized (
        select
            fitting.doc_no,
            document.rowid as row_no,
            document.article_id,
            document.published_on,
            fitting.score,
            fitting.rarity
        from fitting
        join search.documents as document using (doc_no)
        anti join deduplicated.reprints using (article_id)
        order by score desc, published_on desc nulls last, doc_no
        limit max_results
    ),

    shown as (
        select
            best.article_id,
            document.text,
            coalesce(document.folded, document.text) as folded,
            instr(document.text, chr(10)) as headline_end,
            best.score,
            best.published_on,
            coalesce(asked.phrase, terms.term, asked.name) as shown_term
        from search.documents as document
        -- Not by doc_no: of a few rows by their rowid DuckDB reads the texts near them, else those of all articles.
        join best on document.rowid = best.row_no
        left join terms using (rarity)
        cross join asked
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
