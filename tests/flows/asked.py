"""The command line in this process, on a given warehouse."""

from __future__ import annotations

import sys

import pytest

from flows import cli


def call_in_process(monkeypatch, capsys, warehouse):
    """Return ``run(*args) -> (exit code, standard output, standard error)``, with --warehouse given."""
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def run(*args):
        monkeypatch.setattr(sys, "argv", ["banmian", *args, "--warehouse", str(warehouse)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        captured = capsys.readouterr()
        return stop.value.code, captured.out, captured.err

    return run
