-- search(query): articles ranked for a query by BM25 over the index's words, best first.
-- reads: search.postings, search.documents, extracted.articles
-- The words of the query are those of its substrings that the index knows, so that plain SQL needs no segmenter. A run
-- of Latin letters or digits counts as a whole; a single Chinese character counts only where no longer word was found.
-- k1 = 1.2 and b = .75: the usual values (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009).
create or replace macro main.search(query) as table (
    with
    asked as (
        select lower(left(coalesce(query, ''), 200)) as text
    ),

    starts as (
        select text, unnest(range(1, len(text) + 1)) as char_start from asked
    ),

    pieces as (
        select text, char_start, unnest(range(1, least(16, len(text) - char_start + 1) + 1)) as char_count
        from starts
    ),

    candidates as (
        select distinct substring(text, char_start, char_count) as term
        from pieces
        where not regexp_matches(substring(text, char_start - 1, 2), '^[a-z0-9]{2}$')
          and not regexp_matches(substring(text, char_start + char_count - 1, 2), '^[a-z0-9]{2}$')
    ),

    postings as (
        select posting.term, posting.article_id, posting.occurrence_count
        from search.postings as posting
        semi join candidates on posting.term = candidates.term
        semi join extracted.articles as article on posting.article_id = article.article_id
    ),

    terms as (
        select term, count(*) as article_count
        from postings
        group by term
    ),

    wanted as (
        select term, article_count
        from terms
        where len(term) > 1 or (select max(len(term)) from terms) = 1 or regexp_matches(term, '^[a-z0-9]$')
    ),

    corpus as (
        select count(*) as article_count, avg(term_count) as mean_term_count from search.documents
    ),

    scored as (
        select
            postings.article_id,
            sum(
                ln(1 + (corpus.article_count - wanted.article_count + .5) / (wanted.article_count + .5))
                * postings.occurrence_count * 2.2
                / (postings.occurrence_count + 1.2 * (.25 + .75 * document.term_count / corpus.mean_term_count))
            ) as score,
            arg_min(wanted.term, wanted.article_count) as rarest_term
        from postings
        join wanted using (term)
        join search.documents as document using (article_id)
        cross join corpus
        group by postings.article_id
    )

    select
        scored.article_id,
        article.headline,
        round(scored.score, 4) as score,
        replace(
            substring(
                article.body, greatest(1, instr(lower(article.body), scored.rarest_term)::bigint - 24)::bigint, 80
            ),
            chr(10), ' '
        ) as snippet
    from scored
    join extracted.articles as article using (article_id)
    order by scored.score desc, scored.article_id
);

comment on macro table main.search is 'search(query): articles ranked for a query by BM25, best first: article_id, headline, score, snippet.';
