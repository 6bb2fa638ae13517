"""Sources, keys and what paths say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.naming import PathPattern, Placed, page_id_of, parse_date, source_of
from transforms.errors import UsageError


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-05-18", date(2024, 5, 18)),
        ("20240518", date(2024, 5, 18)),
        ("2024/5/8", date(2024, 5, 8)),
        ("2024年5月18日", date(2024, 5, 18)),
        ("2024-05-18T03:00:00Z", date(2024, 5, 18)),
        ("2024-05-18 00:00:00", date(2024, 5, 18)),
        ("2024-02-30", None),
        ("18/05/2024", None),
        ("5月18日", None),
        ("2024-05", None),
        ("20240518版", None),
        ("", None),
    ],
)
def test_dates(text, day):
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("pattern", "source", "placed"),
    [
        ("**/{collection}/{date}/**", "澜日报/2024-05-18/02.txt", Placed("澜日报", date(2024, 5, 18))),
        ("**/{collection}/{date}/**", "a/b/澜日报/20240518/x/02.txt", Placed("澜日报", date(2024, 5, 18))),
        ("**/{collection}/{date}/**", "澜日报/2024-13-18/02.txt", Placed(None, None)),
        ("**/{collection}/{date}/**", "02.txt", Placed(None, None)),
        ("{collection}/{year}/{month}{day}*.txt", "晚报/2021/0502-a.txt", Placed("晚报", date(2021, 5, 2))),
        ("{collection}-{date}-*", "晚报-20210502-1.txt", Placed("晚报", date(2021, 5, 2))),
        ("**/{collection}/*", "x/晚报/1.txt", Placed("晚报", None)),
        ("a.b/*", "aXb/1.txt", Placed(None, None)),
    ],
)
def test_path_patterns(pattern, source, placed):
    assert PathPattern(pattern).read(source) == placed


def test_a_wrong_pattern_tells_what_is_known():
    with pytest.raises(UsageError) as error:
        PathPattern("{paper}/{date}")
    assert str(error.value) == (
        "path pattern '{paper}/{date}': '{paper}' is not known\n"
        "Try: a pattern of folders, * and **, and {collection} {date} {year} {month} {day}, each once at most"
    )


def test_sources_are_the_same_on_every_machine():
    assert source_of(Path("/a/pages/cafe\u0301.txt"), Path("/a")) == "pages/caf\u00e9.txt"
    assert source_of(Path("/b/c/pages/café.txt"), Path("/b/c")) == "pages/café.txt"
    assert source_of(Path("/a/x\udcff.txt"), Path("/a")) == "x\\xff.txt"


def test_a_file_outside_the_root_is_refused():
    with pytest.raises(UsageError, match="not below the root /b"):
        source_of(Path("/a/1.txt"), Path("/b"))


@given(st.text(min_size=1), st.text(min_size=1))
def test_keys_tell_sources_apart(one, other):
    assert (page_id_of(one) == page_id_of(other)) == (one == other)


def test_keys_are_fixed_for_ever():
    assert page_id_of("pages/001.txt") == "8093947d8836ed7b65ec"
