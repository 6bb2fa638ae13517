"""When runs are due: times of the clock (cron) or a fixed interval. Only arithmetic; the clock is an argument."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from transforms.errors import UsageError

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# A run of nothing new takes 10-20 s, most of it Prefect's start; more often than this would be one long run.
_SHORTEST: Final = timedelta(seconds=30)

NextAfter = Callable[[datetime], datetime]


def read_schedule(cron: str | None, every: str | None, timezone: str) -> NextAfter:
    """Return the function that gives the first due time after a moment (both with a time zone).

    A time of the clock that does not exist on a day, when summer time begins, is due at the next one that does; one that comes
    twice is due once. With ``every`` times are counted from a fixed point, so that a restart does not move them.

    Raises
    ------
    UsageError
        If neither or both are given, or one cannot be read, or the time zone is not known.
    """
    if (cron is None) == (every is None):
        raise UsageError(
            "banmian serve",
            "a schedule is needed, and one only",
            "--cron '0 3 * * *' --timezone Asia/Shanghai, or --every 15m",
        )
    if cron is not None:
        return _by_cron(cron, _zone(timezone))
    return _by_interval(every or "")


def _by_cron(cron: str, zone: ZoneInfo) -> NextAfter:
    def next_after(moment: datetime) -> datetime:
        return next(CronSim(cron, moment.astimezone(zone)))

    try:
        if len(cron.split()) != 5:
            raise CronSimError("five fields are needed")
        next_after(datetime(2024, 1, 1, tzinfo=zone))
    except CronSimError as error:
        raise UsageError(
            f"--cron {cron!r}", f"it cannot be read: {error}", "minute hour day month weekday, as '0 3 * * *'"
        ) from None
    except StopIteration:
        raise UsageError(f"--cron {cron!r}", "no such day ever comes", "another day or month") from None
    return next_after


def _by_interval(every: str) -> NextAfter:
    match = re.fullmatch(r"\s*([0-9]{1,6})\s*([smhd])\s*", every)
    interval = timedelta(seconds=int(match[1]) * _UNITS[match[2]]) if match else timedelta()
    if interval < _SHORTEST or interval > timedelta(days=366):
        raise UsageError(
            f"--every {every!r}", "it is no time from 30s to 366d", "a number and s, m, h or d, such as 15m or 6h"
        )

    def next_after(moment: datetime) -> datetime:
        passed = timedelta(seconds=moment.timestamp())
        return moment + (interval - passed % interval)

    return next_after


def _zone(name: str) -> ZoneInfo:
    if name not in available_timezones():
        # Only when it is wrong, since listing what is alike takes a while.
        import difflib  # noqa: PLC0415

        by_folded = {known.casefold(): known for known in sorted(available_timezones())}
        near = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.5)
        remedy = by_folded[near[0]] if near else "a name such as Asia/Shanghai or UTC"
        raise UsageError(f"--timezone {name!r}", "there is no such time zone", remedy)
    return ZoneInfo(name)
