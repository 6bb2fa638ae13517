-- One row per person and post: when the two were first and last seen together, and what came after.
-- reads: extracted.people, extracted.articles
create or replace view main.officials as
with
seen as (
    select name as person, unnest(titles) as title, article_id
    from extracted.people
    where not is_anonymised
),

posts as (
    select
        seen.person,
        seen.title,
        min(article.published_on) as first_seen_on,
        max(article.published_on) as last_seen_on,
        count(distinct article.article_id) as article_count,
        list(distinct article.article_id order by article.article_id) as article_ids
    from seen
    join extracted.articles as article using (article_id)
    group by seen.person, seen.title
),

begun_by_person as (
    select person, first_seen_on, list(title order by title) as titles
    from posts
    where first_seen_on is not null
    group by person, first_seen_on
),

begun_by_title as (
    select title, first_seen_on, list(person order by person) as people
    from posts
    where first_seen_on is not null
    group by title, first_seen_on
),

with_next_titles as (
    select posts.*, later.titles as next_titles, later.first_seen_on as next_titles_seen_on
    from posts
    asof left join begun_by_person as later
        on posts.person = later.person and posts.last_seen_on < later.first_seen_on
)

select
    post.person,
    post.title,
    post.first_seen_on,
    post.last_seen_on,
    post.article_count,
    post.next_titles,
    post.next_titles_seen_on,
    later.people as next_people,
    later.first_seen_on as next_people_seen_on,
    post.article_ids
from with_next_titles as post
asof left join begun_by_title as later
    on post.title = later.title and post.last_seen_on < later.first_seen_on;

comment on view main.officials is 'One row per person and post, as written. A change of post is where next_titles or next_people is not null; it happened between last_seen_on and the date beside it.';
comment on column main.officials.person is 'Name of the person. Two people of one name are not told apart; names that the paper hides (孟某) are left out.';
comment on column main.officials.title is 'The post as written.';
comment on column main.officials.first_seen_on is 'Date of the first issue that names the two together; null where no date is known.';
comment on column main.officials.last_seen_on is 'Date of the last such issue.';
comment on column main.officials.article_count is 'Articles that name the two together.';
comment on column main.officials.next_titles is 'Posts in which the person was first seen next, after last_seen_on; null if there are none.';
comment on column main.officials.next_titles_seen_on is 'Date of the issue that first names them.';
comment on column main.officials.next_people is 'Who was first seen next in a post of these words, after last_seen_on; the same post only where the words name one.';
comment on column main.officials.next_people_seen_on is 'Date of the issue that first names them.';
comment on column main.officials.article_ids is 'Those articles: extracted.articles.article_id.';
