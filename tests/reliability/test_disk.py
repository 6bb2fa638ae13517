"""Rows 3, 4 and 5: a full disk, a disk that fails, and files that no longer are what was written to them."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from tests.reliability import driver
from tests.reliability.archive import make_archive
from transforms.errors import StorageFailed, WarehouseDamaged
from warehouse.ask import ask
from warehouse.canonical import fingerprints
from warehouse.storage import free_bytes, require_room

ROOT = Path(__file__).resolve().parents[2]
EIO = "EIO at every operation"
EIO_MARK = "old or new state, a clean error, the rerun heals"


def _fail_each(folder: Path, kind: str, first: int, step: int, preload: Path | None = None) -> list[dict]:
    make_archive(folder, 2)
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.fail_each", kind, str(folder), str(first), str(step)],
        cwd=ROOT,
        env={**os.environ, **({"LD_PRELOAD": str(preload)} if preload else {})},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _judge(found: list[dict], campaign, what: str) -> None:
    assert found, "nothing was made to fail"
    for one in found:
        assert one["told"] in ("StorageFailed", "WarehouseDamaged", "nothing"), one["told"]
        assert one["state"] in ("old", "new"), one
        assert one["told"] != "nothing" or one["state"] == "new", "an error that nobody was told"
        assert one["healed"] == "yes", one
    campaign.count(what, len(found))


@pytest.mark.full_form
@pytest.mark.row(4, EIO, EIO_MARK)
def test_every_opening_rename_and_removal_fails_once(tmp_path, campaign):
    _judge(_fail_each(tmp_path, "events", 1, 1), campaign, "file operations")


@pytest.mark.row(4, EIO, EIO_MARK)
def test_every_write_fails_once(tmp_path, campaign):
    """Those of DuckDB too."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs Linux and a C compiler")
    shim = tmp_path / "fail_writes.so"
    source = Path(__file__).with_name("fail_writes.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(shim), str(source), "-ldl"], check=True)
    first, step = (1, 1) if campaign.is_full else (40, 1000)
    _judge(_fail_each(tmp_path, "writes", first, step, shim), campaign, "writes and syncs")


FULL = "a full disk"
FULL_MARK = "exit 75, names the volume and its room; rerun with room equal to an undisturbed run"


@pytest.mark.full_form
@pytest.mark.row(3, FULL, FULL_MARK)
@pytest.mark.parametrize("max_mib", [1, 4])
def test_a_file_that_cannot_grow(tmp_path, campaign, max_mib):
    pages = make_archive(tmp_path, 2)
    outcome = driver.run([pages], warehouse=tmp_path / "news.duckdb", max_file_bytes=max_mib * 2**20)
    _is_told_as_full(outcome, tmp_path)
    assert not (tmp_path / "news.duckdb").exists()
    assert driver.run([pages], warehouse=tmp_path / "news.duckdb", run_id="last").exit_code == 0
    campaign.count("sizes of file")


@pytest.mark.full_form
@pytest.mark.row(3, FULL, FULL_MARK)
@pytest.mark.parametrize("mib", [1, 2, 4, 8, 12, 16, 24, 32, 48, 64])
def test_a_full_volume(tmp_path, campaign, mib):
    volume = tmp_path / "volume"
    volume.mkdir()
    if (
        os.geteuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", str(volume)], check=False).returncode
    ):
        pytest.skip("needs the right to mount a volume")
    try:
        pages = make_archive(tmp_path, 2)
        undisturbed = tmp_path / "undisturbed.duckdb"
        assert driver.run([pages], warehouse=undisturbed).exit_code == 0
        outcome = driver.run([pages], warehouse=volume / "news.duckdb", run_id="full")
        if outcome.exit_code:
            _is_told_as_full(outcome, volume)
            assert not (volume / "news.duckdb").exists()
        else:
            assert mib >= 16, "the volume was too small to hold the warehouse twice"
        subprocess.run(["mount", "-o", "remount,size=256m", str(volume)], check=True)
        again = driver.run([pages], warehouse=volume / "news.duckdb", run_id="again")
        assert again.exit_code == 0, again.error
        assert driver.contents(volume / "news.duckdb") == driver.contents(undisturbed)
        assert not list(volume.glob("*.next"))
    finally:
        subprocess.run(["umount", "-l", str(volume)], check=True)
    campaign.count("sizes of volume")
    campaign.measure(f"{mib} MiB:", "stopped" if outcome.exit_code else "enough")


def _is_told_as_full(outcome: driver.Outcome, folder: Path) -> None:
    assert outcome.exit_code == 75, outcome.error
    assert outcome.error.startswith(f"{folder}: a file could not be written or read: "), outcome.error
    assert re.search(r"the volume has [\d,]+ bytes free", outcome.error)
    assert "\nTry: make room or mend the disk" in outcome.error


@pytest.mark.row(3, FULL, FULL_MARK)
def test_too_little_room_is_told_before_anything_is_done(tmp_path, campaign):
    (tmp_path / "writer.duckdb").write_bytes(b"x" * 1000)
    require_room(tmp_path / "writer.duckdb", 0)
    with pytest.raises(StorageFailed) as error:
        require_room(tmp_path / "writer.duckdb", 2**50)
    free = free_bytes(tmp_path)
    assert str(error.value).startswith(f"{tmp_path}: its volume has ")
    assert f"this run needs about {1000 + 16 * 2**50 + 20 * 2**20:,}; nothing was changed" in str(error.value)
    assert error.value.exit_code == 75
    assert free > 0
    campaign.count("looks beforehand", 2)


DAMAGE = "a damaged warehouse: bits flipped, cut short, zeroed"
DAMAGE_MARK = "right answers or WarehouseDamaged with a remedy; no crash"


@pytest.fixture
def sound(scene) -> Path:
    return scene.after / "news.duckdb"


READ = """
import json, sys
from pathlib import Path
from transforms.errors import WarehouseDamaged
from warehouse.ask import connect, ask
from warehouse.canonical import fingerprints
from warehouse.storage import is_damage
for name in sys.argv[1:]:
    try:
        ask(Path(name), "select count(*) from articles")
        with connect(Path(name)) as connection:
            found = fingerprints(connection)
    except WarehouseDamaged as error:
        found = str(error)
    except Exception as error:
        found = str(error) if is_damage(error) else f"{type(error).__name__} not told as damage: {error}"
    print(json.dumps([name, found]), flush=True)
"""


@pytest.mark.row(5, DAMAGE, DAMAGE_MARK)
def test_a_damaged_warehouse_is_told_as_such(sound, tmp_path, campaign):
    """In every way of reading it, and in a process of its own, since damage could crash it."""
    chance = random.Random(campaign.seed)
    data = sound.read_bytes()
    with duckdb.connect(str(sound), read_only=True) as connection:
        expected = fingerprints(connection)
    damaged = []
    for number in range(120 if campaign.is_full else 10):
        worse = bytearray(data)
        kind = ("bit", "cut", "zeroed", "header")[number % 4]
        if kind == "bit":
            worse[chance.randrange(len(worse))] ^= 1 << chance.randrange(8)
        elif kind == "cut":
            del worse[chance.randrange(len(worse)) :]
        elif kind == "zeroed":
            at = chance.randrange(len(worse))
            worse[at : at + 4096] = bytes(len(worse[at : at + 4096]))
        else:
            worse[chance.randrange(3 * 4096)] ^= 0xFF
        damaged.append(tmp_path / f"{number}-{kind}.duckdb")
        damaged[-1].write_bytes(worse)
    reader = subprocess.run(
        [sys.executable, "-c", READ, *map(str, damaged)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert reader.returncode == 0, f"the reader crashed: {reader.stderr}"
    verdicts: Counter[str] = Counter()
    for line in reader.stdout.splitlines():
        name, found = json.loads(line)
        if isinstance(found, dict):
            assert found == expected, f"{name}: a wrong answer without a word"
            verdicts["harmless"] += 1
        else:
            assert "not told as damage" not in found, f"{name}: {found}"
            verdicts["told"] += 1
        Path(name).unlink()
    assert sum(verdicts.values()) == len(damaged)
    assert verdicts["told"], "none of it did any harm: the test proves nothing"
    campaign.count("mutations", len(damaged))
    for verdict, count in verdicts.items():
        campaign.measure(verdict, str(count))


@pytest.mark.row(5, DAMAGE, DAMAGE_MARK)
def test_the_error_names_the_remedy_and_the_remedy_heals(scene, sound, tmp_path, campaign):
    """A published file cut short: the message names two remedies; to move it away and to run again is enough."""
    shutil.copy(sound, tmp_path / "news.duckdb")
    shutil.copytree(f"{sound}.work", tmp_path / "news.duckdb.work")
    published = tmp_path / "news.duckdb"
    expected = driver.contents(published)
    published.write_bytes(published.read_bytes()[:100_000])
    with pytest.raises(WarehouseDamaged) as error:
        ask(published, "from articles")
    assert str(error.value).startswith(f"{published}: ")
    assert str(error.value).endswith(
        "\nTry: banmian rebuild, which publishes a sound copy; or move it away, then banmian run on its inputs"
    )
    published.unlink()
    outcome = driver.run([scene.pages], root=scene.folder, warehouse=published, run_id="last", batch_pages=2)
    assert outcome.exit_code == 0, outcome.error
    assert driver.contents(published) == expected
    campaign.count("remedies tried")


@pytest.mark.row(5, DAMAGE, DAMAGE_MARK)
@pytest.mark.parametrize("damage", ["cut short", "zeroed", "no database"])
def test_a_damaged_file_of_the_writer_heals_too(scene, sound, tmp_path, campaign, damage):
    """It is told with its remedy, moving it away; then the run goes on from the published file."""
    shutil.copy(sound, tmp_path / "news.duckdb")
    shutil.copytree(f"{sound}.work", tmp_path / "news.duckdb.work")
    writer = tmp_path / "news.duckdb.work" / "writer.duckdb"
    data = writer.read_bytes()
    writer.write_bytes(
        {
            "cut short": data[: len(data) // 2],
            "zeroed": data[:20_000] + bytes(len(data) - 20_000),
            "no database": b"x" * 9999,
        }[damage]
    )
    options = {"root": scene.folder, "warehouse": tmp_path / "news.duckdb", "batch_pages": 2}
    pages = sorted(scene.pages.rglob("*.txt"))[:1]
    outcome = driver.run([scene.pages], run_id="on damage", full_refresh=True, **options)
    assert outcome.exit_code == 1, outcome.error or "damage that nobody noticed"
    assert re.search(r"cannot be opened|it is damaged", outcome.error), outcome.error
    assert "\nTry: " in outcome.error
    writer.unlink()
    outcome = driver.run(pages, run_id="last", **options)
    assert outcome.exit_code == 0, outcome.error
    assert driver.contents(tmp_path / "news.duckdb") == driver.contents(sound)
    campaign.count("remedies tried")


@pytest.mark.row(5, DAMAGE, DAMAGE_MARK)
def test_a_damaged_stage_file_is_made_anew(scene, tmp_path, campaign):
    """Cut short, changed by a bit, or gone: a run takes no stage file that is not what was written."""
    chance = random.Random(campaign.seed)
    for number in range(12 if campaign.is_full else 1):
        place = tmp_path / f"{number}"
        shutil.copytree(scene.staged, place)
        files = sorted((place / "news.duckdb.work" / "stages").rglob("*.*"))
        for path in chance.sample(files, 5):
            data = bytearray(path.read_bytes())
            if number % 3 == 0:
                del data[chance.randrange(len(data)) :]
            elif number % 3 == 1:
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            path.unlink() if number % 3 == 2 else path.write_bytes(data)
        outcome = scene.run(place, None)
        assert outcome.exit_code == 0, outcome.error
        assert driver.contents(place / "news.duckdb") == scene.new
        shutil.rmtree(place)
        campaign.count("stage files damaged", 5)
