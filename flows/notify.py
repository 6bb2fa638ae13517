"""A line to whoever must know how a run ended: a POST of JSON with numbers and ids to a webhook.

Nothing of a page, no file name and no message of an error is in it, since it may go to a chat that many read. It takes five
seconds at most and never fails a run.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from transforms.errors import BanmianError, GateClosed, WarehouseBusy

if TYPE_CHECKING:
    from flows.settings import Settings
    from flows.summary import Summary

logger = logging.getLogger("banmian")

_TIMEOUT_S: Final = 5.0


class Outcome:
    """How a run ended, filled in while it goes on."""

    def __init__(self) -> None:
        self.summary: Summary | None = None


@contextlib.contextmanager
def notifying(settings: Settings) -> Iterator[Outcome]:
    """Send the notification that ``settings`` ask for, whichever way the block is left; its error goes on as it was.

    A run that finds another at work is told by its exit code only: nothing is wrong with the warehouse then.
    """
    outcome = Outcome()
    try:
        yield outcome
    except WarehouseBusy:
        raise
    except Exception as error:
        notify(settings, _body(outcome, error))
        raise
    notify(settings, _body(outcome, None))


def notify(settings: Settings, body: dict[str, Any]) -> bool:
    """Post ``body`` if the settings ask for an event of its kind; return whether it arrived."""
    if settings.notify_url is None or body["event"] not in _WANTED[settings.notify_on]:
        return False
    request = urllib.request.Request(  # noqa: S310 - the settings take http and https only
        settings.notify_url.get_secret_value(),
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "User-Agent": "banmian"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - as above
            answer.read(1)
    except (OSError, ValueError, http.client.HTTPException) as error:
        # The address may hold a key, so neither it nor a message that may quote it is logged.
        code = f" {error.code}" if isinstance(error, urllib.error.HTTPError) else ""
        logger.warning("the notification did not arrive: %s%s", type(error).__name__, code)
        return False
    return True


_WANTED: Final = {
    "failure": ("failed", "gate_closed"),
    "gate": ("gate_closed",),
    "always": ("failed", "gate_closed", "held_back", "done"),
}


def _body(outcome: Outcome, error: Exception | None) -> dict[str, Any]:
    """Return what is sent; ``event`` is done, held_back, gate_closed or failed."""
    event = "failed" if error is not None and not isinstance(error, GateClosed) else "done"
    body: dict[str, Any] = {"program": "banmian", "event": event}
    summary = outcome.summary
    if error is not None:
        body |= {"event": "gate_closed" if isinstance(error, GateClosed) else "failed", "error": type(error).__name__}
        body["exit_code"] = error.exit_code if isinstance(error, BanmianError) else 1
    if summary is not None:
        if error is None and summary.quarantined:
            body["event"] = "held_back"
        body |= {
            "run_id": summary.run_id,
            "exit_code": summary.exit_code,
            "pages_seen": summary.pages_seen,
            "pages_new": summary.changes.new,
            "pages_changed": summary.changes.changed,
            "pages_unchanged": summary.changes.unchanged,
            "pages_removed": summary.changes.removed,
            "pages_held_back": summary.quarantined,
            "pages_withheld": summary.withheld,
            "checks_critical": summary.checks.critical,
            "checks_noted": summary.checks.noted,
            "duration_s": round(summary.duration_s, 1),
            "rules_version": summary.rules_version,
        }
    return body
