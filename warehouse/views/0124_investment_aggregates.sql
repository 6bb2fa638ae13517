-- One row per total that an article states of several projects, beside what it says of them one by one.
-- reads: extracted.project_groups, main.investments, main.articles
create or replace view main.investment_aggregates as
with
named as (
    select article_id, currency, count(*) as project_count, sum(amount) as amount
    from main.investments
    where amount is not null
    group by article_id, currency
)

select
    stated.what,
    stated.count as project_count,
    stated.amount,
    stated.currency,
    stated.status,
    coalesce(named.project_count, 0) as named_project_count,
    named.amount as named_amount,
    article.headline,
    article.published_on,
    article.collection,
    article.source,
    stated.article_id,
    concat(
        stated.article_id, ':project_group:', stated.paragraph_no, ':', stated.char_start, '-', stated.char_end
    ) as fact_id
from extracted.project_groups as stated
join main.articles as article using (article_id)
left join named
    on named.article_id = stated.article_id and named.currency is not distinct from stated.currency;

comment on view main.investment_aggregates is 'One row per total that an article states of several projects. Never add these to investments: they hold them, as far as the article names them.';
comment on column main.investment_aggregates.what is 'What projects they are, in words of the sentence.';
comment on column main.investment_aggregates.project_count is 'How many projects the article states.';
comment on column main.investment_aggregates.amount is 'Their total in base units; null where none is given.';
comment on column main.investment_aggregates.currency is 'ISO 4217 code; sums are never converted.';
comment on column main.investment_aggregates.status is 'planned, under_negotiation, signed, started, continued or in_production; null where the article does not say.';
comment on column main.investment_aggregates.named_project_count is 'Projects that the same article names with a sum in this currency.';
comment on column main.investment_aggregates.named_amount is 'The money of these, in base units.';
comment on column main.investment_aggregates.headline is 'Headline of the article.';
comment on column main.investment_aggregates.published_on is 'Date of the issue, where it is known.';
comment on column main.investment_aggregates.collection is 'The paper or series, where it is known.';
comment on column main.investment_aggregates.source is 'Where the page came from.';
comment on column main.investment_aggregates.article_id is 'Article: extracted.articles.article_id.';
comment on column main.investment_aggregates.fact_id is 'The mention: facts.fact_id; trace(fact_id) leads to the page.';
