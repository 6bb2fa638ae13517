"""Three questions to the warehouse of the samples, with charts: a marimo notebook.

    .venv/bin/pip install "banmian[notebook]"      # or: .venv/bin/uv pip install marimo altair
    .venv/bin/marimo edit notebooks/three_questions.py

It reads banmian.duckdb in the current folder, or the file that BANMIAN_WAREHOUSE names.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Three questions to a warehouse of newspaper pages")


@app.cell(hide_code=True)
def _():
    import os
    from pathlib import Path

    import altair as alt
    import marimo as mo

    from warehouse.ask import connect

    warehouse = connect(Path(os.environ.get("BANMIAN_WAREHOUSE", "banmian.duckdb")))
    return alt, mo, warehouse


@app.cell(hide_code=True)
def _(mo):
    mo.md(
        """
        # Three questions to a warehouse of newspaper pages

        The pages are the samples: an invented city with two papers. Each answer is one query; each figure leads back to the lines
        of a page. The notebook is read-only, as every reader is.
        """
    )
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md(
        """
        ## 1. Where does the money go?

        `investments` has one row per project and article, and leaves out totals of several projects. A project that two
        articles name is counted here once, at the largest sum that was printed.
        """
    )
    return


@app.cell
def _(warehouse):
    projects = warehouse.sql(
        """
        select
            project,
            (max(amount) / 100_000_000)::double as amount_yi_yuan,
            any_value(status order by published_on desc) as last_status,
            count(*) as article_count
        from investments
        where currency = 'CNY'
        group by project
        order by amount_yi_yuan desc
        limit 12
        """
    ).pl()
    return (projects,)


@app.cell
def _(alt, projects):
    money = (
        alt.Chart(projects, title="Largest projects, in 亿元")
        .mark_bar(color="#1c5d85")
        .encode(
            x=alt.X("amount_yi_yuan:Q", title="亿元"),
            y=alt.Y("project:N", sort="-x", title=None, axis=alt.Axis(labelLimit=260)),
            tooltip=["project", "amount_yi_yuan", "last_status", "article_count"],
        )
    )
    money
    return (money,)


@app.cell(hide_code=True)
def _(mo):
    mo.md(
        """
        ## 2. Who speaks for the development zone, and since when?

        `officials` says who held which post, and when the two were first and last seen together. A post that passes from one
        person to another shows as two bars that follow each other.
        """
    )
    return


@app.cell
def _(warehouse):
    posts = warehouse.sql(
        """
        select person, title, first_seen_on, (last_seen_on + interval 6 day)::date as until, article_count
        from officials
        where title like '%开发区%' or title like '%管委会%'
        order by first_seen_on, person
        """
    ).pl()
    return (posts,)


@app.cell
def _(alt, posts):
    tenures = (
        alt.Chart(posts, title="Posts at the development zone, as the papers name them")
        .mark_bar(height=11)
        .encode(
            x=alt.X("first_seen_on:T", title=None),
            x2="until:T",
            y=alt.Y("title:N", title=None, sort=alt.EncodingSortField("first_seen_on"), axis=alt.Axis(labelLimit=260)),
            color=alt.Color("person:N", title="Person", scale=alt.Scale(scheme="tableau10")),
            tooltip=["person", "title", "first_seen_on", "article_count"],
        )
    )
    tenures
    return (tenures,)


@app.cell(hide_code=True)
def _(mo):
    mo.md(
        """
        ## 3. How broken were the pages, and what is still in doubt?

        `page_quality` has one row per page: line ends mended, copies removed, and what was only suspected and left alone.
        """
    )
    return


@app.cell
def _(warehouse):
    damage = warehouse.sql(
        """
        unpivot (
            select
                regexp_extract(source, '[^/]+$') as page,
                join_count::bigint as "joined",
                duplicate_count::bigint as "copies removed",
                suspected_join_count::bigint as "suspected joins",
                truncated_count::bigint as "cut off for good"
            from page_quality
        )
        on columns(* exclude page)
        into name what value line_count
        """
    ).pl()
    return (damage,)


@app.cell
def _(alt, damage):
    broken = (
        alt.Chart(damage, title="What was done to each page")
        .mark_bar()
        .encode(
            x=alt.X("sum(line_count):Q", title="lines and paragraphs"),
            y=alt.Y("page:N", sort="-x", title=None),
            color=alt.Color(
                "what:N",
                title=None,
                scale=alt.Scale(
                    domain=["joined", "copies removed", "suspected joins", "cut off for good"],
                    range=["#1c5d85", "#cf7a00", "#6fb4dd", "#b76a9a"],
                ),
            ),
            tooltip=["page", "what", "line_count"],
        )
    )
    broken
    return (broken,)


@app.cell(hide_code=True)
def _(mo):
    mo.md(
        """
        To see *why* a line was joined or a paragraph removed, open the report on the same warehouse: `banmian report --open`.
        """
    )
    return


if __name__ == "__main__":
    app.run()
