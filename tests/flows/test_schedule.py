"""When runs are due, and what a wrong schedule says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.schedule import read_schedule
from transforms.errors import UsageError


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "timezone", "moment", "due"),
    [
        ("0 3 * * *", "Asia/Shanghai", "2026-01-01 00:00", "2026-01-01 19:00"),
        ("0 3 * * *", "UTC", "2026-01-01 03:00", "2026-01-02 03:00"),
        ("*/15 * * * *", "UTC", "2026-01-01 00:01", "2026-01-01 00:15"),
        ("30 2 * * *", "Europe/Berlin", "2026-03-29 00:00", "2026-03-29 01:00"),  # 02:30 does not exist on that day
        ("30 2 * * *", "Europe/Berlin", "2026-10-25 00:31", "2026-10-26 01:30"),  # and on this one it comes twice
        ("0 3 29 2 *", "UTC", "2026-01-01 00:00", "2028-02-29 03:00"),
    ],
)
def test_due_times_of_the_clock(cron, timezone, moment, due):
    assert read_schedule(cron, None, timezone)(utc(moment)).astimezone(UTC) == utc(due)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)), st.integers(1, 300))
def test_an_interval_does_not_move_when_it_is_asked_later(moment, minutes):
    next_after = read_schedule(None, f"{minutes}m", "UTC")
    due = next_after(moment)
    assert moment < due <= moment + timedelta(minutes=minutes)
    assert next_after(moment + (due - moment) / 2) == due
    assert next_after(due) == due + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("cron", "every", "timezone", "message"),
    [
        (None, None, "UTC", "banmian serve: a schedule is needed, and one only\nTry: --cron '0 3 * * *' --timezone Asia/Shanghai, or --every 15m"),
        ("0 3 * * *", "15m", "UTC", "banmian serve: a schedule is needed, and one only\nTry: --cron '0 3 * * *' --timezone Asia/Shanghai, or --every 15m"),
        ("0 25 * * *", None, "UTC", "--cron '0 25 * * *': it cannot be read: Bad hour\nTry: minute hour day month weekday, as '0 3 * * *'"),
        ("0 3 * *", None, "UTC", "--cron '0 3 * *': it cannot be read: five fields are needed\nTry: minute hour day month weekday, as '0 3 * * *'"),
        ("0 3 31 2 *", None, "UTC", "--cron '0 3 31 2 *': it cannot be read: Bad day-of-month\nTry: minute hour day month weekday, as '0 3 * * *'"),
        ("0 3 * * *", None, "asia/shanghi", "--timezone 'asia/shanghi': there is no such time zone\nTry: Asia/Shanghai"),
        ("0 3 * * *", None, "../etc/passwd", "--timezone '../etc/passwd': there is no such time zone\nTry: a name such as Asia/Shanghai or UTC"),
        (None, "15", "UTC", "--every '15': it is no time from 30s to 366d\nTry: a number and s, m, h or d, such as 15m or 6h"),
        (None, "5s", "UTC", "--every '5s': it is no time from 30s to 366d\nTry: a number and s, m, h or d, such as 15m or 6h"),
    ],
)  # fmt: skip
def test_a_wrong_schedule_is_named_with_the_way_out(cron, every, timezone, message):
    with pytest.raises(UsageError) as error:
        read_schedule(cron, every, timezone)
    assert str(error.value) == message
