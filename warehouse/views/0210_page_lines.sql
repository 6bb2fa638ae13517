-- page_lines(page): one row per physical line of a page, blank ones included, with what became of it.
-- page is a page_id, a source, or the end of a source from a / on; where several pages answer to it, all are there.
-- reads: raw.pages, cleaned.paragraphs, cleaned.repairs, deduplicated.page_duplicates, deduplicated.reprint_duplicates,
-- extracted.all_article_paragraphs
create or replace macro main.page_lines(page) as table (
    with
    asked as (
        select page_id, source, string_split(regexp_replace(text, '\r\n?', chr(10), 'g'), chr(10)) as texts
        from raw.pages
        where page_id = page or source = page or ends_with(source, '/' || page)
    ),

    lines as (
        select page_id, source, unnest(range(1, len(texts) + 1)) as line_number, unnest(texts) as text
        from asked
    ),

    homes as (
        select page_id, paragraph_no, role, is_truncated, line_numbers, unnest(line_numbers) as line_number
        from cleaned.paragraphs
        semi join asked using (page_id)
    ),

    copies as (
        select *
        from (
            select page_id, paragraph_no, 'copy' as fate, kept_page_id, kept_paragraph_no, kind, similarity, reason
            from deduplicated.page_duplicates
            semi join asked using (page_id)

            union all by name

            select page_id, paragraph_no, 'reprint' as fate, kept_page_id, kept_paragraph_no, kind, similarity, reason
            from deduplicated.reprint_duplicates
            semi join asked using (page_id)
        )
        qualify row_number() over (partition by page_id, paragraph_no order by fate, kept_page_id, kept_paragraph_no) = 1
    ),

    repairs as (
        select
            page_id, line_numbers[2] as line_number, line_numbers[1] as from_line_number, kind, reason, confidence, is_applied
        from cleaned.repairs
        semi join asked using (page_id)
        where kind in ('join', 'unwrap') and len(line_numbers) = 2
        qualify row_number() over (
            partition by page_id, line_numbers[2] order by is_applied desc, confidence desc, line_numbers[1]
        ) = 1
    ),

    parts as (
        select article.page_id, part.paragraph_no, min(part.article_id) as article_id, min_by(part.part, part.article_id) as part
        from extracted.all_article_paragraphs as part
        join extracted.all_articles as article using (article_id)
        semi join asked on article.page_id = asked.page_id
        group by all
    )

    select
        lines.page_id,
        lines.source,
        lines.line_number,
        lines.text,
        case
            when homes.paragraph_no is null then 'blank'
            when copies.fate is not null then copies.fate
            when len(homes.line_numbers) > 1 then 'joined'
            else 'kept'
        end as fate,
        homes.paragraph_no,
        homes.role,
        parts.article_id,
        parts.part,
        case when repairs.is_applied then repairs.from_line_number end as joined_to_line,
        case when not repairs.is_applied then repairs.from_line_number end as suspected_join_to_line,
        repairs.reason as join_reason,
        repairs.confidence as join_confidence,
        copies.kept_page_id,
        copies.kept_paragraph_no,
        copies.kind as copy_kind,
        copies.similarity as copy_similarity,
        copies.reason as copy_reason,
        coalesce(homes.is_truncated and lines.line_number = homes.line_numbers[-1], false) as is_truncated
    from lines
    left join homes using (page_id, line_number)
    left join copies on copies.page_id = lines.page_id and copies.paragraph_no = homes.paragraph_no
    left join repairs on repairs.page_id = lines.page_id and repairs.line_number = lines.line_number
    left join parts on parts.page_id = lines.page_id and parts.paragraph_no = homes.paragraph_no
    order by lines.source, lines.line_number
);

comment on macro table main.page_lines is 'page_lines(page): one row per physical line of a page (its page_id, source or the end of its source) with what became of it: fate is blank, kept, joined, copy or reprint; with paragraph, article, the line it was joined to, why and how sure, and for a copy what is kept and why.';
