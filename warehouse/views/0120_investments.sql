-- One row per project and article: its sum, place and status. Totals of several projects are not here but in
-- extracted.project_groups, so that sum(amount) never counts a part twice within an article.
-- reads: extracted.projects, main.articles
create or replace view main.investments as
select
    project.name as project,
    max(project.amount) as amount,
    any_value(project.currency order by project.amount desc nulls last) as currency,
    any_value(project.place order by project.paragraph_no, project.char_start) as place,
    any_value(project.status order by project.paragraph_no, project.char_start) as status,
    article.headline,
    article.published_on,
    article.collection,
    article.source,
    project.article_id,
    any_value(
        concat(
            project.article_id, ':project:', project.paragraph_no, ':', project.char_start, '-', project.char_end
        )
        order by project.amount desc nulls last, project.paragraph_no, project.char_start
    ) as fact_id
from extracted.projects as project
join main.articles as article using (article_id)
group by
    project.article_id, project.name, article.headline, article.published_on, article.collection, article.source;

comment on view main.investments is 'One row per project and article. Totals of several projects are in extracted.project_groups.';
comment on column main.investments.project is 'Name of the project as printed.';
comment on column main.investments.amount is 'Money put into it in base units of the currency; null where none is given.';
comment on column main.investments.currency is 'ISO 4217 code.';
comment on column main.investments.place is 'Where it is, as far as the article says.';
comment on column main.investments.status is 'planned, under_negotiation, signed, started, continued or in_production; null where the article does not say.';
comment on column main.investments.headline is 'Headline of the article.';
comment on column main.investments.published_on is 'Date of the issue, where it is known.';
comment on column main.investments.collection is 'The paper or series, where it is known.';
comment on column main.investments.source is 'Where the page came from.';
comment on column main.investments.article_id is 'Article: extracted.articles.article_id.';
comment on column main.investments.fact_id is 'The mention that gave the sum: facts.fact_id; trace(fact_id) leads to the page.';
