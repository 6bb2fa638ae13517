-- sentence_at(text, char_start): the sentence of text that holds the character at char_start (from 0).
create or replace macro main.sentence_at(text, char_start) as
    trim(
        ltrim(regexp_extract(left(text, char_start::bigint), '[^。！？!?\n]*$'), '”’」』')
        || regexp_extract(substring(text, char_start::bigint + 1), '^[^。！？!?\n]*[。！？!?]?[”’」』]?')
    );

comment on macro main.sentence_at is 'sentence_at(text, char_start): the sentence of text that holds the character at char_start (from 0).';
