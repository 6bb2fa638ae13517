"""What is posted when a run ends, to a real server on loopback; one that fails or hangs fails no run."""

from __future__ import annotations

import json
import logging
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from flows import notify
from flows.settings import load_settings
from flows.summary import Summary
from transforms.errors import GateClosed, UsageError, WarehouseBusy
from warehouse.totals import Totals
from warehouse.writer import CheckCounts, PageChanges

SUMMARY = Summary(
    run_id="20260101T000000Z-abcdef",
    warehouse="机密/news.duckdb",
    pages_seen=10,
    changes=PageChanges(3, 2, 4, 0),
    quarantined=0,
    withheld=0,
    missing=0,
    skipped_files=0,
    totals=Totals(*[0] * (len(Totals._fields) - 1), facts={}),
    checks=CheckCounts(40, 2, 0),
    gate_messages=[],
    duration_s=12.345,
    rules_version="0.1.0+aa",
)


@pytest.fixture
def hook():
    """A server that keeps what it is posted: (address, list of bodies, knobs)."""
    bodies: list[dict] = []
    knobs = {"status": 204, "delay_s": 0.0}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            bodies.append(json.loads(body) | {"_path": self.path, "_type": self.headers["Content-Type"]})
            time.sleep(knobs["delay_s"])
            self.send_response(knobs["status"])
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook?key=s3cret", bodies, knobs
    server.shutdown()
    server.server_close()


def end(settings, *, summary=SUMMARY, error=None):
    try:
        with notify.notifying(settings) as outcome:
            outcome.summary = summary
            if error is not None:
                raise error
    except Exception as raised:
        assert raised is error
    else:
        assert error is None


HELD = SUMMARY._replace(quarantined=1)
CLOSED = SUMMARY._replace(gate_messages=["closed"], withheld=5)
GATE = GateClosed("机密", "关", "x")


@pytest.mark.parametrize(
    ("notify_on", "summary", "error", "event"),
    [
        ("always", SUMMARY, None, ("done", 0)),
        ("always", HELD, None, ("held_back", 65)),
        ("always", CLOSED, GATE, ("gate_closed", 75)),
        ("always", None, ZeroDivisionError("机密"), ("failed", 1)),
        ("failure", SUMMARY, None, None),
        ("failure", HELD, None, None),
        ("failure", CLOSED, GATE, ("gate_closed", 75)),
        ("failure", None, UsageError("机密", "x", "y"), ("failed", 2)),
        ("gate", CLOSED, GATE, ("gate_closed", 75)),
        ("gate", None, ZeroDivisionError("机密"), None),
        ("always", None, WarehouseBusy("机密", "x", "y"), None),
    ],
)
def test_who_asked_for_an_event_gets_it_in_numbers_and_ids(hook, notify_on, summary, error, event):
    url, bodies, _ = hook
    end(load_settings(notify_url=url, notify_on=notify_on), summary=summary, error=error)
    if event is None:
        assert bodies == []
        return
    (body,) = bodies
    assert (body["event"], body["exit_code"]) == event
    assert (body["_path"], body["_type"]) == ("/hook?key=s3cret", "application/json")
    assert "机密" not in json.dumps(body, ensure_ascii=False)
    if summary is not None:
        assert body["run_id"] == SUMMARY.run_id
        assert (body["pages_new"], body["pages_changed"], body["pages_unchanged"], body["duration_s"]) == (
            3,
            2,
            4,
            12.3,
        )


@pytest.mark.parametrize("fault", ["500", "hangs", "nobody there", "no name"])
def test_a_hook_that_fails_fails_no_run_and_its_address_is_not_logged(hook, monkeypatch, caplog, fault):
    url, _, knobs = hook
    monkeypatch.setattr(notify, "_TIMEOUT_S", 0.3)
    if fault == "500":
        knobs["status"] = 500
    elif fault == "hangs":
        knobs["delay_s"] = 1.0
    elif fault == "nobody there":
        url = "http://127.0.0.1:9/s3cret"
    else:
        url = "http://no-such-host.invalid/s3cret"
    monkeypatch.setattr(logging.getLogger("banmian"), "propagate", True)
    started = time.monotonic()
    with caplog.at_level(logging.WARNING, logger="banmian"):
        end(load_settings(notify_url=url, notify_on="always"))
    assert time.monotonic() - started < 3
    assert "the notification did not arrive: " in caplog.text
    assert "s3cret" not in caplog.text


def test_without_an_address_nothing_is_sent():
    assert not notify.notify(load_settings(notify_on="always"), {"event": "done"})


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/y", "chat.internal/hook", "http://", "https://a b"])
def test_only_web_addresses_are_taken(url):
    with pytest.raises(UsageError, match=r"setting notify_url: .*a web address is needed") as error:
        load_settings(notify_url=url)
    assert url not in str(error.value)


def test_the_address_is_kept_out_of_what_is_shown():
    settings = load_settings(notify_url="https://chat.example/s3cret")
    assert "s3cret" not in settings.model_dump_json() + repr(settings) + str(settings.notify_url)
