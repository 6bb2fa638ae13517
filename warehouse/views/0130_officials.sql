-- One row per person and post: when the two were first and last seen together.
-- reads: extracted.people, extracted.articles
create or replace view main.officials as
with
posts as (
    select name as person, unnest(titles) as title, article_id
    from extracted.people
)

select
    posts.person,
    posts.title,
    min(article.published_on) as first_seen_on,
    max(article.published_on) as last_seen_on,
    count(distinct article.article_id) as article_count,
    list(distinct article.article_id order by article.article_id) as article_ids
from posts
join extracted.articles as article using (article_id)
group by posts.person, posts.title;

comment on view main.officials is 'One row per person and post, as written.';
comment on column main.officials.person is 'Name of the person. Two people of one name are not told apart.';
comment on column main.officials.title is 'The post as written.';
comment on column main.officials.first_seen_on is 'Date of the first issue that names the two together; null where no date is known.';
comment on column main.officials.last_seen_on is 'Date of the last such issue.';
comment on column main.officials.article_count is 'Articles that name the two together.';
comment on column main.officials.article_ids is 'Those articles: extracted.articles.article_id.';
