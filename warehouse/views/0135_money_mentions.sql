-- One row per mention of a sum of money, in its sentence, with the project that it belongs to, if one was found.
-- reads: extracted.amounts, extracted.projects, extracted.project_groups, cleaned.paragraphs, main.articles
create or replace view main.money_mentions as
with
of_projects as (
    select article_id, paragraph_no, amount, currency, min(name) as project
    from extracted.projects
    group by article_id, paragraph_no, amount, currency
),

of_groups as (
    select distinct article_id, paragraph_no, amount, currency
    from extracted.project_groups
    where amount is not null
)

select
    mention.text,
    mention.value as amount,
    mention.value_max as amount_max,
    mention.currency,
    mention.qualifier,
    mention.what,
    of_projects.project,
    of_groups.article_id is not null as is_aggregate,
    main.sentence_at(paragraph.text, mention.char_start) as sentence,
    article.headline,
    article.published_on,
    article.collection,
    article.source,
    mention.article_id,
    concat(
        mention.article_id, ':amount:', mention.paragraph_no, ':', mention.char_start, '-', mention.char_end
    ) as fact_id
from extracted.amounts as mention
join main.articles as article using (article_id)
join cleaned.paragraphs as paragraph
    on paragraph.page_id = article.page_id and paragraph.paragraph_no = mention.paragraph_no
left join of_projects
    on of_projects.article_id = mention.article_id and of_projects.paragraph_no = mention.paragraph_no
    and of_projects.amount = mention.value and of_projects.currency = mention.currency
left join of_groups
    on of_groups.article_id = mention.article_id and of_groups.paragraph_no = mention.paragraph_no
    and of_groups.amount = mention.value and of_groups.currency = mention.currency;

comment on view main.money_mentions is 'One row per mention of a sum of money, headlines included, in its sentence. An article may say a sum twice: add investments, not mentions.';
comment on column main.money_mentions.text is 'The sum as printed.';
comment on column main.money_mentions.amount is 'The number in base units of the currency (yuan, dollars); the lower end of a range.';
comment on column main.money_mentions.amount_max is 'Upper end, for a range.';
comment on column main.money_mentions.currency is 'ISO 4217 code; sums are never converted.';
comment on column main.money_mentions.qualifier is 'exact, about, over, under, range or order-of-magnitude.';
comment on column main.money_mentions.what is 'What the sum is for, in words of the sentence.';
comment on column main.money_mentions.project is 'The named project of the same paragraph that has this sum.';
comment on column main.money_mentions.is_aggregate is 'The sum is stated of several projects together (investment_aggregates).';
comment on column main.money_mentions.sentence is 'The sentence that it stands in.';
comment on column main.money_mentions.headline is 'Headline of the article.';
comment on column main.money_mentions.published_on is 'Date of the issue, where it is known.';
comment on column main.money_mentions.collection is 'The paper or series, where it is known.';
comment on column main.money_mentions.source is 'Where the page came from.';
comment on column main.money_mentions.article_id is 'Article: extracted.articles.article_id.';
comment on column main.money_mentions.fact_id is 'The mention: facts.fact_id; trace(fact_id) leads to the page.';
