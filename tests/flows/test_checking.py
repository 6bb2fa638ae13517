"""`banmian check` over a warehouse, the stage files of a run, and somebody's text files."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb
import pytest

from flows import cli
from flows.checking import check_inputs, stage_names
from flows.landing import LandingOptions
from flows.settings import Settings
from tests.warehouse.conftest import make_batch
from transforms.errors import UsageError
from warehouse.writer import Writer

WHOLE = "柳溪市政府昨天召开会议，部署今年的植树工作，要求各区县在清明节以前完成第一批苗木的栽种。"
OTHER = "青禾县图书馆新馆本周开放，三层楼里有两万册新书，晚上九点以前读者都可以进来看书。"


@pytest.fixture
def options() -> LandingOptions:
    settings = Settings()
    return LandingOptions(**{name: getattr(settings, name) for name in LandingOptions._fields})


@pytest.fixture
def pages(tmp_path) -> Path:
    """A sound page, one with a cut paragraph, one that says a paragraph twice, and a refusal."""
    folder = tmp_path / "pages"
    folder.mkdir()
    texts = {
        "sound": f"{WHOLE}\n\n{OTHER}",
        "cut": f"{OTHER}\n\n{WHOLE[:21]}\n\n{WHOLE[21:]}",
        "twice": f"{WHOLE}\n\n{OTHER}\n\n{WHOLE}",
        "refusal": "I'm sorry, I can't transcribe this image.",
    }
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    """Run `banmian check`: ``call(*args)`` returns (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)

    def run(*args):
        monkeypatch.setattr(sys, "argv", ["banmian", "check", *map(str, args)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        captured = capsys.readouterr()
        return stop.value.code, captured.out, captured.err

    return run


def found(checked, sources):
    return {(Path(sources[row["page_id"]]).stem, row["rule"], row["places"]) for row in checked.findings.to_dicts()}


def test_text_files_are_checked_as_raw_pages(pages, options):
    checked, sources = check_inputs([pages], stage_names(None), options)
    assert set(checked.judgements) == {"raw"}
    assert {name for name, _, _ in found(checked, sources)} == {"cut", "twice", "refusal"}
    assert ("cut", "broken_line_splits", "line 3") in found(checked, sources)
    assert ("twice", "duplicated_blocks", "line 5") in found(checked, sources)
    assert checked.findings["rule"][0] == "refusal_page", "worst first"
    assert checked.judgements["raw"].held_pages["reason"].to_list() == ["refusal_page"]


def test_pages_in_batches_are_judged_as_one(pages, options):
    together = check_inputs([pages], ("raw",), options)
    apart = check_inputs([pages], ("raw",), options._replace(batch_pages=1))
    assert found(*together) == found(*apart)
    shown = ["expectation", "success", "unexpected_count"]
    assert together[0].judgements["raw"].checks.select(shown).equals(apart[0].judgements["raw"].checks.select(shown))


def test_text_files_have_no_later_stage(pages, options):
    with pytest.raises(UsageError, match="raw"):
        check_inputs([pages], ("cleaned",), options)


def test_nothing_to_check(tmp_path, options):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="nothing to check|no file"):
        check_inputs([tmp_path / "empty"], ("raw",), options)


def test_there_is_no_such_stage():
    assert stage_names("cleaned") == ("cleaned",)
    with pytest.raises(UsageError, match="one of raw, cleaned, deduplicated, extracted"):
        stage_names("washed")


def test_a_sound_warehouse_passes_every_stage(sample_run, options):
    _, warehouse = sample_run
    checked, sources = check_inputs([warehouse], stage_names(None), options)
    assert list(checked.judgements) == ["raw", "cleaned", "deduplicated", "extracted"]
    assert not any(one.is_closed or one.held_pages.height for one in checked.judgements.values())
    assert all(row["page_id"] in sources for row in checked.findings.to_dicts())


def test_a_lake_is_checked_as_a_warehouse_is(tmp_path, options):
    lake = Path(f"ducklake:{tmp_path}/lake.ducklake")
    with Writer(lake, run_id="run-1", rules_version="rules-1", lake_data=f"{tmp_path}/rows/") as writer:
        writer.load(make_batch({"a.txt": [("植树工作会议", WHOLE)]}))
        writer.publish(lake)
    stages = ("raw", "cleaned", "deduplicated")
    checked, sources = check_inputs([lake], stages, options)
    assert list(checked.judgements) == list(stages)
    assert list(sources.values()) == ["a.txt"]


def test_a_warehouse_in_slices_is_judged_as_one(sample_run, options, monkeypatch):
    _, warehouse = sample_run
    whole = check_inputs([warehouse], stage_names(None), options)[0]
    monkeypatch.setattr("flows.checking._PAGES_AT_ONCE", 5)
    sliced = check_inputs([warehouse], stage_names(None), options)[0]
    assert whole.findings.equals(sliced.findings)


@pytest.mark.parametrize(
    ("change", "stage", "rule"),
    [
        ("update cleaned.paragraphs set text = text || '又' where paragraph_no = 1", "cleaned", "chars_from_nowhere"),
        ("delete from cleaned.paragraphs where paragraph_no = 2", "cleaned", "lines_lost"),
        ("update extracted.all_people set char_start = char_start + 1", "extracted", "span_mismatches"),
    ],
)
def test_what_was_loaded_past_the_gates_is_found(sample_copy, options, change, stage, rule):
    _, warehouse = sample_copy
    with duckdb.connect(str(warehouse)) as connection:
        assert connection.execute(change).fetchone()[0] > 0
    checked, _ = check_inputs([warehouse], (stage,), options)
    assert rule in checked.findings["rule"].to_list()
    assert checked.judgements[stage].is_closed or checked.judgements[stage].held_pages.height


def test_stage_files_say_what_the_warehouse_says(sample_run, options):
    _, warehouse = sample_run
    stored = check_inputs([warehouse], ("raw",), options)
    written = check_inputs([Path(f"{warehouse}.work") / "stages"], ("raw",), options)
    shown = ["stage", "rule", "page_id", "count"]
    loaded = set(stored[0].findings.select(shown).rows())
    assert loaded <= set(written[0].findings.select(shown).rows()), "stage files have the pages held back too"
    assert loaded
    assert stored[1].items() <= written[1].items()


def test_the_command_names_pages_and_exits_by_what_a_gate_would_do(pages, call):
    code, out, _ = call(pages)
    assert code == 65
    assert "refusal.txt: refusal_page" in out
    assert out.index("refusal_page at") < out.index("broken_line_splits at")
    assert WHOLE[:6] not in out, "no text of a page"
    code, out, _ = call(pages / "sound.txt")
    assert code == 0
    assert "nothing found" in out
    code, out, _ = call(pages, "--json")
    assert {row["rule"] for row in json.loads(out)} >= {"refusal_page", "duplicated_blocks"}
    code, _, err = call(pages, "--stage", "washed")
    assert code not in (0, 65, 75)
    assert "one of raw, cleaned" in err
