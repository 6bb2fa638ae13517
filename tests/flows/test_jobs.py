"""The jobs of prefect.yaml: every deployment has its entry point, and every parameter a description and bounds."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
import yaml

from flows.schedule import read_schedule

ROOT = Path(__file__).resolve().parents[2]
DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]

pytestmark = pytest.mark.slow  # it imports Prefect


@pytest.fixture(params=DEPLOYMENTS, ids=[one["name"] for one in DEPLOYMENTS])
def deployment(request, prefect_server):
    return request.param


def flow_of(deployment):
    path, name = deployment["entrypoint"].split(":")
    return getattr(importlib.import_module(path.removesuffix(".py").replace("/", ".")), name)


def test_every_parameter_of_a_job_explains_itself(deployment):
    from prefect.utilities.callables import parameter_schema

    job = flow_of(deployment)
    schema = parameter_schema(job).model_dump_for_openapi()
    assert schema["properties"]
    for name, field in schema["properties"].items():
        assert len(field["description"]) > 20, name
    assert set(deployment.get("parameters", {})) <= set(schema["properties"])
    assert set(schema.get("required", [])) <= set(deployment.get("parameters", {}))
    job.validate_parameters(dict(deployment.get("parameters", {})))
    assert job.description


def test_a_schedule_is_one_that_can_be_kept(deployment):
    for schedule in deployment.get("schedules", []):
        read_schedule(schedule["cron"], None, schedule["timezone"])


@pytest.mark.parametrize(
    ("job", "parameters"),
    [
        ("nightly", {"inputs": []}),
        ("nightly", {"inputs": ["x"], "workers": 0}),
        ("nightly", {"inputs": ["x"], "prune": "perhaps"}),
        ("nightly", {}),
        ("check", {"stage": "boiled"}),
        ("rebuild", {"warehouse": ""}),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_starts(prefect_server, job, parameters):
    from prefect.exceptions import ParameterBindError, ParameterTypeError

    from flows import jobs

    with pytest.raises((ParameterTypeError, ParameterBindError)):
        getattr(jobs, job)(**parameters)


@pytest.mark.parametrize(
    "lake",
    [
        "ducklake:postgres:dbname=lake password=geheim",
        "ducklake:postgres:password = 'ge heim' dbname=lake",
        "ducklake:postgres:postgresql://banmian:geheim@db/lake",
    ],
)
def test_no_form_takes_a_password_and_no_one_is_told_it(lake):
    """Prefect's server checks a form by its schema before it keeps the values; the job itself is the second who looks."""
    from jsonschema import ValidationError, validate
    from prefect.utilities.callables import parameter_schema

    from flows import jobs
    from transforms.errors import UsageError

    schema = parameter_schema(jobs.check).model_dump_for_openapi()
    validate({"warehouse": "ducklake:postgres:dbname=lake user=banmian"}, schema)
    validate({"warehouse": None}, schema)
    with pytest.raises(ValidationError):
        validate({"warehouse": lake}, schema)
    with pytest.raises(UsageError, match="no password may be in it\nTry: PGPASSFILE") as told:
        jobs.check.fn(lake)
    assert "heim" not in str(told.value)


def test_jobs_do_what_the_commands_do(sample_copy, query, monkeypatch):
    from flows import jobs

    folder, warehouse = sample_copy
    monkeypatch.setenv("BANMIAN_WORKERS", "1")
    (folder / "new.txt").write_bytes(b"")
    state = jobs.nightly([str(folder)], warehouse=str(warehouse), return_state=True)
    assert (state.name, state.message) == ("Completed", "news: 1 held back")
    (folder / "new.txt").write_text("栗湾镇部署秋收工作\n\n全镇今年计划维修机耕路18公里。\n", encoding="utf-8")
    assert jobs.retry(warehouse=str(warehouse), return_state=True).message == "news: 1 new"
    assert "findings, 0 pages would be held back" in jobs.check(str(warehouse), return_state=True).message
    assert query(warehouse, "select count(*) from quality.quarantine") == [(0,)]


def test_the_automation_of_the_documentation_is_one(prefect_server):
    import re

    from prefect.events.schemas.automations import AutomationCore

    document = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", document, flags=re.DOTALL)
    automation = AutomationCore.model_validate(yaml.safe_load(example))
    assert automation.trigger.expect == {"prefect.flow-run.Failed", "prefect.flow-run.Crashed"}
    tags = {tag for one in DEPLOYMENTS for tag in one["tags"]}
    assert automation.trigger.match_related.root["prefect.resource.id"] == f"prefect.tag.{tags.pop()}"
    assert not tags


def test_where_a_run_works_is_said_in_its_form_too(monkeypatch):
    from flows import jobs
    from tests.flows.test_notify import SUMMARY

    asked = []
    monkeypatch.setattr(jobs.banmian, "fn", lambda inputs, settings: asked.append((inputs, settings)) or SUMMARY)
    jobs.nightly.fn(
        ["s3://archive/pages"], warehouse="ducklake:postgres:dbname=lake", stages="s3://lake/stages",
        cluster="tcp://10.0.0.1:8786", lake_data="s3://lake/rows/",
    )  # fmt: skip
    (((page,), settings),) = asked
    assert (str(page), settings.stage_url) == ("s3:/archive/pages", "s3://lake/stages")
    assert (settings.cluster, settings.lake_data) == ("tcp://10.0.0.1:8786", "s3://lake/rows/")
