"""The flow on a cluster, an object store and a lake ends in what it ends in on one machine, whatever dies on the way."""

from __future__ import annotations

import itertools
import re
import shlex
import threading
from collections import Counter
from functools import partial
from pathlib import Path

import duckdb
import pytest

from flows.cluster import Cluster
from flows.pool import Lost
from flows.run import banmian
from flows.settings import Settings
from tests.cluster.conftest import postgres, s3  # noqa: F401 - fixtures
from tests.cluster.services import DaskCluster
from tests.flows.conftest import SAMPLES
from tests.flows.killers import die, divide, take_long
from tests.flows.test_groups import TASKS_PER_GROUP
from transforms.errors import BatchLost, StorageFailed, UsageError
from warehouse.ask import connect
from warehouse.canonical import fingerprints

pytestmark = pytest.mark.slow
HOW_TO = SAMPLES.parent / "docs" / "how-to" / "cluster.md"


@pytest.fixture(scope="module")
def dask(s3, tmp_path_factory):  # noqa: F811
    """A Dask cluster of one worker, which comes back when it dies."""
    cluster = DaskCluster(tmp_path_factory.mktemp("dask"), s3.environment, allowed_failures=1)
    cluster.start(workers=1)
    cluster.wait_for_workers(1)
    cluster.keep_workers()
    yield cluster
    cluster.stop()


def test_calls_over_which_workers_die_are_told_and_the_others_answered(dask):
    with Cluster(dask.address) as cluster:
        lost, *answers = cluster.run_all([die, partial(divide, 3), partial(divide, 4)])
        assert isinstance(lost, Lost)
        assert lost.why.startswith("2 workers died over a batch, the last of them tcp://127.0.0.1:")
        # One that waits on a worker that dies is under suspicion, too.
        assert [one for one in answers if not isinstance(one, Lost)] in ([4, 3], [4], [3], [])
        assert cluster.run_all([partial(divide, 6)]) == [2]
        late, *answers = cluster.run_all([partial(take_long, n, is_endless=n == 0) for n in range(2)])
        assert isinstance(late, Lost), "a worker that never ends its batch is ended, and so is the second"
        assert [one for one in answers if not isinstance(one, Lost)] in ([], [(1, False)])
        with pytest.raises(ZeroDivisionError):
            cluster.run_all([partial(divide, 0)])


def once(monkeypatch, owner, name, event, *, at=1):
    """Let ``event`` happen just before ``owner.name`` is called for the ``at``-th time."""
    work = getattr(owner, name)
    calls = itertools.count(1)
    happened = threading.Event()

    def eventful(*args, **kwargs):
        if next(calls) == at:
            happened.set()
            event()
        return work(*args, **kwargs)

    monkeypatch.setattr(owner, name, eventful)
    return happened


@pytest.fixture(scope="module")
def lake(postgres, s3, dask):  # noqa: F811
    """The settings of a run on the samples, all of it elsewhere; nothing has been run."""
    for bucket in ("archive", "lake"):
        s3.make_bucket(bucket)
    s3.put(SAMPLES, f"archive/{SAMPLES.name}")
    return Settings(
        warehouse=Path(postgres.database("flow")), lake_data="s3://lake/rows/", stages=Path("s3://lake/stages"),
        cluster=dask.address, batch_pages=7,
    )  # fmt: skip


@pytest.fixture
def desk(s3, tmp_path, monkeypatch):  # noqa: F811
    """A folder to work in, and the variables that the object store asks for."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


PAGES = f"s3://archive/{SAMPLES.name}"


def test_the_samples_end_in_the_same_rows_whatever_dies_on_the_way(
    postgres,  # noqa: F811
    dask,
    lake,
    desk,
    sample_run,
    monkeypatch,
):
    """The scheduler is killed, PostgreSQL stays away, then it is restarted in mid-load and a worker killed."""
    from flows import linking
    from flows.progress import Progress
    from warehouse import writer

    settings, pages = lake, [Path(PAGES)]
    with monkeypatch.context() as eventful:
        happened = once(eventful, Cluster, "_result", dask.restart, at=5)  # all is landed, batches are being cleaned
        with pytest.raises(BatchLost, match="the scheduler was lost: .*\nTry: start it again"):
            banmian(pages, settings)
        assert happened.is_set()
    dask.wait_for_workers(1)

    with monkeypatch.context() as eventful:
        eventful.setattr("warehouse.transaction._AWAY_S", 0)
        happened = once(eventful, writer, "index_articles", lambda: postgres.stop(how="immediate"))
        with pytest.raises(StorageFailed, match="its catalogue or object store fails: .*\nTry: start it again"):
            banmian(pages, settings)
        assert happened.is_set()
    postgres.start()

    with monkeypatch.context() as eventful:
        killed = once(eventful, Progress, "worked", dask.workers[0].kill)
        restarted = once(eventful, writer, "index_articles", postgres.restart)
        compared = once(eventful, linking, "export_pairs", lambda: None)
        summary = banmian(pages, settings)
        assert killed.is_set()
        assert restarted.is_set()
        assert compared.is_set(), "reprints are looked for in partitions, when all is loaded"
    assert summary.changes.new == summary.pages_seen == sample_run[0].pages_seen
    with duckdb.connect(str(sample_run[1]), read_only=True) as embedded:
        expected = fingerprints(embedded)
    with connect(settings.warehouse) as reader:
        found = fingerprints(reader)
        statuses = reader.execute("select status from ops.runs order by started_at").fetchall()
    assert {name for name in expected if expected[name] != found.get(name)} == set()
    assert [status for (status,) in statuses] == ["failed", "killed", "done"]
    _look_at_what_prefect_was_told()


def _look_at_what_prefect_was_told():
    """A link to the dashboard, and as many tasks as the tests of groups count on: nine a group, and two at the end."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter

    with get_client(sync_client=True) as client:
        links = [one for one in client.read_artifacts() if one.key == "banmian-dashboard"]
        link = max(links, key=lambda one: one.created)  # of the run that came to its end, the last one
        of_run = FlowRunFilter.model_validate({"id": {"any_": [link.flow_run_id]}})
        names = [run.name.split("/")[0].split("-")[0] for run in client.read_task_runs(flow_run_filter=of_run)]
    assert "http://127.0.0.1:" in link.data
    tasks = Counter(names)
    groups = tasks["land"]
    assert groups > 1
    assert tasks == Counter(
        land=groups, clean=groups, deduplicate=groups, extract=groups, load=groups, gate=4 * groups, link=1, publish=1
    )
    assert tasks.total() == TASKS_PER_GROUP * groups + 2


def test_the_commands_of_the_how_to_work_in_their_order(dask, s3, lake, desk, sample_run, monkeypatch, capsys):  # noqa: F811
    """Those of banmian are run, with the addresses of the tests; what starts Dask is read as Dask reads it."""
    from distributed.cli.dask_scheduler import main as dask_scheduler
    from distributed.cli.dask_worker import main as dask_worker

    from flows.cli import app

    s3.put(next(SAMPLES.rglob("rb0312-01.txt")), "archive/pages/rb0312-01.txt")
    # The tests have a Prefect server already.
    monkeypatch.setattr("flows.commands.run.prepare_run", lambda settings, *, is_verbose: None)
    places = {
        "tcp://10.0.0.1:8786": dask.address, "postgres:…": "postgres:dbname=lake host=10.0.0.2 user=banmian",
        "ducklake:postgres:dbname=lake host=10.0.0.2 user=banmian": str(lake.warehouse),
        "ducklake:postgres:dbname=lake host=10.0.0.2 user=reader": str(lake.warehouse),
    }  # fmt: skip
    seen = []
    for block in re.findall(r"```console\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            for said, place in places.items():
                line = line.replace(said, place)  # noqa: PLW2901
            program, *words = shlex.split(line, comments=True)
            seen.append(" ".join([program, *words[:1]]))
            if program == "banmian":
                assert app(words, result_action="return_value") in (0, None), line
            elif program == "dask":
                {"scheduler": dask_scheduler, "worker": dask_worker}[words[0]].make_context(program, words[1:])
            elif program == "export":
                assert {word.split("=")[0] for word in words} == s3.environment.keys()
    assert seen == [
        "pip install", "export AWS_ENDPOINT_URL=https://store.example", "banmian run", "dask scheduler", "dask worker",
        "banmian run", "createdb lake", "banmian run", "banmian sql", "banmian maintain",
    ]  # fmt: skip
    assert "new" in capsys.readouterr().out
    for connection in (duckdb.connect(str(desk / "news.duckdb"), read_only=True), connect(lake.warehouse)):
        with connection:
            pages = connection.execute("select page_id from raw.pages where source = 'pages/rb0312-01.txt'").fetchall()
            assert len(pages) == 1


def test_a_cluster_that_is_not_there_is_told_before_anything_is_done(prefect_server, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("flows.cluster._PATIENCE_S", 1)
    settings = Settings(warehouse=tmp_path / "w.duckdb", cluster="tcp://127.0.0.1:9")
    with pytest.raises(UsageError, match=r"^tcp://127.0.0.1:9: no Dask scheduler answers: "):
        banmian([SAMPLES], settings)
    assert not (tmp_path / "w.duckdb").exists()
