-- The cleaned stage: whole paragraphs, the way back to the page, and the ledger of repairs.
create schema cleaned;

create table cleaned.paragraphs (
    page_id text not null,
    paragraph_no integer not null,
    role text not null,
    text text not null,
    line_numbers integer[] not null,
    is_truncated boolean not null,
    blank_lines_before integer not null,
    is_indented boolean not null
);
comment on table cleaned.paragraphs is 'One row per paragraph after repair, copies included. Every line with a visible character is in exactly one.';
comment on column cleaned.paragraphs.page_id is 'Page: raw.pages.page_id.';
comment on column cleaned.paragraphs.paragraph_no is 'Position on the page by the paragraph''s first line, from 1.';
comment on column cleaned.paragraphs.role is 'title, subhead, body, byline, caption, column or furniture.';
comment on column cleaned.paragraphs.text is 'The paragraph, normalised and whole. char_start counts in it.';
comment on column cleaned.paragraphs.line_numbers is 'Its physical lines, from 1, in the order in which they were joined.';
comment on column cleaned.paragraphs.is_truncated is 'It stops in mid-sentence and its rest is nowhere on the page.';
comment on column cleaned.paragraphs.blank_lines_before is 'Blank lines before its first line on the page.';
comment on column cleaned.paragraphs.is_indented is 'Its first line was indented.';

create table cleaned.paragraph_lines (
    page_id text not null,
    paragraph_no integer not null,
    segment_no integer not null,
    line_number integer not null,
    char_start integer not null,
    char_end integer not null,
    raw_char_start integer not null,
    raw_char_end integer not null
);
comment on table cleaned.paragraph_lines is 'One row per piece of a paragraph that one raw line gave: the way back from any character to the page. Spans of equal length match character by character; where normalisation wrote other characters they may differ in length.';
comment on column cleaned.paragraph_lines.page_id is 'Page: raw.pages.page_id.';
comment on column cleaned.paragraph_lines.paragraph_no is 'Paragraph: cleaned.paragraphs.paragraph_no of the same page.';
comment on column cleaned.paragraph_lines.segment_no is 'Position of the piece in the paragraph, from 1.';
comment on column cleaned.paragraph_lines.line_number is 'Physical line of the page, from 1.';
comment on column cleaned.paragraph_lines.char_start is 'First character in the paragraph''s text, from 0.';
comment on column cleaned.paragraph_lines.char_end is 'Character after the last one in the paragraph''s text.';
comment on column cleaned.paragraph_lines.raw_char_start is 'First character in raw.pages.text, from 0.';
comment on column cleaned.paragraph_lines.raw_char_end is 'Character after the last one in raw.pages.text.';

create table cleaned.repairs (
    page_id text not null,
    repair_no integer not null,
    kind text not null,
    line_numbers integer[] not null,
    reason text not null,
    confidence double not null,
    is_applied boolean not null
);
comment on table cleaned.repairs is 'One row per repair made or only suspected.';
comment on column cleaned.repairs.page_id is 'Page: raw.pages.page_id.';
comment on column cleaned.repairs.repair_no is 'Position in the page''s ledger, from 1.';
comment on column cleaned.repairs.kind is 'join: two lines are one paragraph; unwrap: so are the lines of a hard-wrapped page; normalise: characters of a line changed.';
comment on column cleaned.repairs.line_numbers is 'The physical lines it concerns, from 1.';
comment on column cleaned.repairs.reason is 'Why, in words and figures.';
comment on column cleaned.repairs.confidence is 'How sure the rule is, 0 to 1.';
comment on column cleaned.repairs.is_applied is 'False: probable but not sure enough, flagged and not done.';
