-- One row per place, month and currency: the sums of the named projects, a project once a month however often it was told.
-- reads: main.investments
-- Totals that an article states of several projects are apart, in investment_aggregates: they hold these sums already.
create or replace view main.investment_totals as
with
monthly as (
    select
        regexp_replace(project, '(项目|工程)$', '') as project,
        place,
        currency,
        date_trunc('month', published_on)::date as month,
        max(amount) as amount,
        count(*) as article_count
    from main.investments
    group by all
),

told as (
    select
        *,
        month is not distinct from min(month) over (partition by project, place) as is_new
    from monthly
)

select
    place,
    month,
    currency,
    count(*) as project_count,
    sum(amount) as amount,
    count(*) filter (where is_new) as new_project_count,
    sum(amount) filter (where is_new) as new_amount,
    sum(article_count)::bigint as article_count
from told
group by place, month, currency;

comment on view main.investment_totals is 'One row per place, month and currency: sums of named projects, each once a month. Totals that articles state of several projects are in investment_aggregates.';
comment on column main.investment_totals.place is 'Where the projects are; null where the articles do not say.';
comment on column main.investment_totals.month is 'First day of the month of the issues; null where no date is known.';
comment on column main.investment_totals.currency is 'ISO 4217 code; sums are never converted. Null for projects without a sum.';
comment on column main.investment_totals.project_count is 'Projects told of in the month; one name at one place is one project, whether it ends in 项目 or not.';
comment on column main.investment_totals.amount is 'Sum of their money in base units, the largest sum told of each. Do not add months: a project told of in two stands in both; add new_amount.';
comment on column main.investment_totals.new_project_count is 'Those of them that no earlier month tells of.';
comment on column main.investment_totals.new_amount is 'Sum of the money of these; it can be added over months.';
comment on column main.investment_totals.article_count is 'Articles that tell of them, an article once per project.';
