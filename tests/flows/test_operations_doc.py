"""docs/operations.md speaks of what there is."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from flows import cli
from flows.settings import setting_keys

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_command_it_names_is_there_and_those_of_operating_are_named():
    named = set(re.findall(r"\bbanmian ([a-z]+)\b", DOCUMENT)) - {"failed"}
    assert named <= set(cli.COMMANDS)
    assert {"serve", "status", "retry", "rebuild", "doctor", "run", "check", "sql"} <= named


def test_every_setting_it_names_is_there():
    keys = {key.split(".")[-1] for key in setting_keys()}
    named = re.findall(r"`(notify_\w+|max_\w+|copied_\w+)(?:=| =|`)", DOCUMENT)
    assert named
    assert set(named) <= keys


def test_its_deployments_are_those_of_prefect_yaml():
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    (said,) = re.findall(r"a deployment for each job: (.*?)\.", DOCUMENT)
    assert re.findall(r"`(\w+)`", said) == [one["name"] for one in deployments]
