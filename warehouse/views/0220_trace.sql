-- trace(fact): a fact back to the page: one row per run of raw characters that it was read from, mostly one.
-- reads: extracted.all_facts, cleaned.paragraph_lines, raw.pages
-- Where normalisation wrote other characters than the page has, the whole of what it rewrote is given.
create or replace macro main.trace(fact) as table (
    with
    asked as (
        select *
        from extracted.all_facts
        where fact_id = fact and article_id = split_part(fact, ':', 1)
    ),

    pieces as (
        select
            asked.*,
            piece.segment_no,
            piece.line_number,
            piece.char_end - piece.char_start = piece.raw_char_end - piece.raw_char_start as is_verbatim,
            case
                when is_verbatim then piece.raw_char_start + greatest(asked.char_start - piece.char_start, 0)
                else piece.raw_char_start
            end as raw_char_start,
            case
                when is_verbatim then piece.raw_char_end - greatest(piece.char_end - asked.char_end, 0)
                else piece.raw_char_end
            end as raw_char_end
        from asked
        join cleaned.paragraph_lines as piece
            on piece.page_id = asked.page_id and piece.paragraph_no = asked.paragraph_no
            and piece.char_start < asked.char_end and piece.char_end > asked.char_start
    )

    select
        pieces.fact_id,
        pieces.kind,
        pieces.text,
        pieces.reading,
        raw.source,
        pieces.line_number,
        len(regexp_extract(left(raw.text, pieces.raw_char_start), '[^\r\n]*$'))::integer as line_char_start,
        line_char_start + pieces.raw_char_end - pieces.raw_char_start as line_char_end,
        substring(raw.text, pieces.raw_char_start + 1, pieces.raw_char_end - pieces.raw_char_start) as raw_text,
        pieces.article_id,
        pieces.page_id,
        pieces.paragraph_no,
        pieces.segment_no,
        pieces.raw_char_start,
        pieces.raw_char_end
    from pieces
    join raw.pages as raw on raw.page_id = pieces.page_id
    order by pieces.segment_no
);

comment on macro table main.trace is 'trace(fact): one row per run of raw characters that a fact (facts.fact_id) was read from: source, line_number, line_char_start and line_char_end (in the line, from 0), raw_char_start and raw_char_end (in raw.pages.text), raw_text.';
