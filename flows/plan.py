"""What a run has to do: the files found are compared with the ledger, and what is new or changed is cut into batches."""

from __future__ import annotations

import hashlib
import math
import os
import time
from pathlib import Path
from typing import Final, NamedTuple

from expectations import DEFAULTS, page_settings_digest
from expectations import Settings as Thresholds
from flows.discovery import Discovery, FoundFile, Refusal, stamp_of
from flows.landing import LandingOptions, PlacedFile
from flows.manifest import Manifests, place_key
from flows.naming import PathPattern, Placed
from flows.remote import open_bytes
from transforms.errors import UnreadableInput
from warehouse.inputs import InputRow

_CHUNK: Final = 2**20
_SETTLED_NS: Final = 2_500_000_000
# With four batches a worker, one that ends late leaves the others idle for an eighth of the time at most; below 2 MB (two
# seconds of work) a batch costs more than it balances.
_BATCHES_PER_WORKER: Final = 4
_WORTH_A_BATCH_BYTES: Final = 2 * 2**20


class PlannedBatch(NamedTuple):
    """Files of one page each that are landed together."""

    batch_id: str
    files: list[PlacedFile]


class Plan(NamedTuple):
    """What is to be done with the files found."""

    batches: list[PlannedBatch]
    containers: list[PlacedFile]
    unchanged: list[str]  # inputs whose rows are up to date
    refusals: list[Refusal]
    missing: list[str]  # inputs in the ledger whose files are gone from the folders walked
    sha256s: dict[str, str]  # of every file to be landed, by input
    stamps: dict[str, str | None]  # of every file that was read, by input; None: read too soon after it was written

    @property
    def landing_bytes(self) -> int:
        """Bytes of the files to be landed."""
        batched = (placed for batch in self.batches for placed in batch.files)
        return sum(placed.file.byte_count for placed in (*self.containers, *batched))


def make_plan(
    found: Discovery,
    manifests: Manifests,
    pattern: PathPattern,
    options: LandingOptions,
    *,
    ledger: dict[str, InputRow],
    rules_version: str,
    full_refresh: bool,
    thresholds: Thresholds = DEFAULTS,
    workers: int = 1,
) -> Plan:
    """Return the plan for the files ``found``; ``ledger`` is what the warehouse knows of its inputs, ``workers`` how many
    batches are worked on side by side.

    ``rules_version`` and those of the ``thresholds`` that decide whether a page is held back are part of a fingerprint.

    A fingerprint covers all that a file's rows depend on, so equal means nothing to do, whatever the time or the order. A file is
    read and hashed unless its stamp says that it is the one that was; for a full refresh, all are read.
    """
    plan = Plan([], [], [], [*found.refusals, *manifests.refusals], _missing(found, ledger), {}, {})
    sha256s: dict[str, str] = {}
    for file in found.files:
        known = ledger.get(file.input)
        if known is not None and known.stamp is not None and known.stamp == file.stamp and not full_refresh:
            sha256s[file.input] = known.sha256
            continue
        try:
            sha256s[file.input], plan.stamps[file.input] = _hash_file(file)
        except UnreadableInput as error:
            plan.refusals.append(
                Refusal(file.input, error.reason, f"{error.what}. Try: {error.remedy}", file.input, file.path)
            )
    clashes = _name_clashes([file for file in found.files if file.input in sha256s], sha256s, ledger)
    plan.refusals.extend(clashes.values())
    rules = f"{rules_version}/{page_settings_digest(thresholds)}"
    files: list[PlacedFile] = []
    for file in found.files:
        if file.input not in sha256s or file.input in clashes:
            continue
        sha256 = sha256s[file.input]
        placed, placed_by = _place(file, manifests, pattern)
        fingerprint = _fingerprint(file, sha256, placed, options, rules)
        known = ledger.get(file.input)
        if known is not None and known.fingerprint == fingerprint and not full_refresh:
            plan.unchanged.append(file.input)
            continue
        plan.sha256s[file.input] = sha256
        if known is not None:  # not read, since its stamp says that it is what it was
            plan.stamps.setdefault(file.input, known.stamp)
        planned = PlacedFile(file, placed, placed_by, fingerprint)
        (plan.containers if file.is_container else files).append(planned)
    plan.batches.extend(_cut(files, options, workers))
    return plan


def _place(file: FoundFile, manifests: Manifests, pattern: PathPattern) -> tuple[Placed, str]:
    nothing = Placed(None, None)
    listed = manifests.places.get(place_key(Path(file.path)), nothing) if manifests.places else nothing
    read = pattern.read(file.input)
    placed = Placed(listed.collection or read.collection, listed.published_on or read.published_on)
    return placed, "manifest" if listed.published_on else "path"


def _hash_file(file: FoundFile) -> tuple[str, str | None]:
    """Return the SHA-256 of ``file`` and its stamp.

    There is no stamp if the file was written so short a time ago that it could be written again without a difference in its
    times, as git has it with its index: those of some file systems go by steps of two seconds. A store's files have none.
    """
    if file.version is not None:
        return file.version, None
    digest = hashlib.sha256()
    try:
        with open_bytes(file.path) as handle:
            status, now_ns = os.fstat(handle.fileno()), time.time_ns()
            while chunk := handle.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise UnreadableInput(
            file.input, error.strerror or str(error), "check its permissions and that the disk is sound",
            reason="cannot be read",
        ) from error  # fmt: skip
    is_settled = max(status.st_mtime_ns, status.st_ctime_ns) + _SETTLED_NS < now_ns
    return digest.hexdigest(), stamp_of(status) if is_settled else None


def _fingerprint(file: FoundFile, sha256: str, placed: Placed, options: LandingOptions, rules: str) -> str:
    fields = (options.text_field, options.date_field, options.collection_field) if file.is_container else ()
    limits = (options.max_page_bytes, options.max_page_lines)
    parts = (file.input, sha256, placed.collection, placed.published_on, *limits, *fields, rules)
    return hashlib.blake2b(repr(parts).encode(), digest_size=20).hexdigest()


def _cut(files: list[PlacedFile], options: LandingOptions, workers: int) -> list[PlannedBatch]:
    """Return ``files`` in batches of about equal bytes, so many that every worker is busy to the end.

    A batch holds at most ``batch_pages`` pages and ``batch_bytes`` bytes (or one page that is larger).
    """
    total = sum(placed.file.byte_count for placed in files)
    count = max(math.ceil(total / options.batch_bytes), math.ceil(len(files) / options.batch_pages))
    if workers > 1:
        count = max(count, min(_BATCHES_PER_WORKER * workers, total // _WORTH_A_BATCH_BYTES))
        count = math.ceil(count / workers) * workers if count > 1 else count
    batches: list[list[PlacedFile]] = [[]]
    byte_count = batch_bytes = 0  # of all files so far, and of those in the last batch
    for placed in files:
        size = placed.file.byte_count
        is_full = len(batches[-1]) >= options.batch_pages or batch_bytes + size > options.batch_bytes
        if batches[-1] and (is_full or byte_count * count >= total * len(batches)):
            batches.append([])
            batch_bytes = 0
        batches[-1].append(placed)
        byte_count += size
        batch_bytes += size
    return [PlannedBatch(_batch_id(batch), batch) for batch in batches if batch]


def _batch_id(files: list[PlacedFile]) -> str:
    digest = hashlib.blake2b(digest_size=10)
    for placed in files:
        digest.update(placed.fingerprint.encode())
    return digest.hexdigest()


def _missing(found: Discovery, ledger: dict[str, InputRow]) -> list[str]:
    here = {file.input for file in found.files} | {refusal.input for refusal in found.refusals}
    folders = tuple(f"{folder}/" for folder in found.folders)
    return sorted(name for name in ledger if name.startswith(folders) and name not in here) if folders else []


def _name_clashes(files: list[FoundFile], sha256s: dict[str, str], ledger: dict[str, InputRow]) -> dict[str, Refusal]:
    """Return a refusal for each file whose name belongs to another file.

    A file that comes from another place than the one in the ledger, while that one still is where it was, is either from a
    copy of the archive or from another archive with equal names. In a copy most files are the same; if most are not, taking
    them for changed ones would silently replace the pages of one paper by those of another.
    """
    elsewhere = [
        file for file in files if file.input in ledger and _is_other_file(ledger[file.input].origin, file.path)
    ]
    different = [file for file in elsewhere if ledger[file.input].sha256 != sha256s[file.input]]
    if 2 * len(different) <= len(elsewhere):
        return {}
    return {file.input: _name_clash(file, ledger[file.input].origin) for file in different}


def _is_other_file(before: str, now: str) -> bool:
    """Return whether ``before`` still is a file of its own, so that ``now`` is not the same file moved."""
    try:
        return before != now and os.path.exists(before) and not os.path.samefile(before, now)
    except OSError:
        return False


def _name_clash(file: FoundFile, other: str) -> Refusal:
    detail = (
        f"another file, {other}, is in the warehouse under this name."
        " Try: --root FOLDER with a folder that holds both, from the first run on"
    )
    return Refusal(file.input, "name taken by another file", detail, file.input, file.path)
