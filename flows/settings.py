"""The settings of a run, each with its default and reason.

Where a value comes from, the later winning: the default here, ``banmian.toml`` in the current folder, a ``BANMIAN_…``
variable, a flag of the command. The thresholds of the quality gates are a table of their own: ``[quality]`` in the file,
``BANMIAN_QUALITY__MAX_HELD_SHARE`` in the environment, ``--threshold max_held_share=0.1`` as a flag.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, SecretStr, ValidationError, field_serializer, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from expectations.settings import Settings as Thresholds
from flows.patience import MAX_PAGE_S
from flows.remote import url_of
from transforms.errors import UsageError
from warehouse.lake import is_lake, shown

SETTINGS_FILE: Final = "banmian.toml"


class Settings(BaseSettings):
    """All knobs of a run. Sizes are in bytes."""

    model_config = SettingsConfigDict(
        env_prefix="BANMIAN_", env_nested_delimiter="__", extra="forbid", frozen=True, toml_file=SETTINGS_FILE
    )

    warehouse: Path = Field(Path("banmian.duckdb"), description="The published warehouse, which readers open.")
    lake_data: str | None = Field(
        None, description="Where a lake that is made now keeps its rows: a folder, or a URL such as s3://lake/rows/."
    )
    stages: Path | None = Field(
        None, description="Folder or URL of the stage files; by default inside the folder <warehouse>.work."
    )
    cluster: str | None = Field(
        None, description="Address of a Dask scheduler whose workers do the work, such as tcp://10.0.0.1:8786."
    )
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=1, le=1024, description="Processes that work on batches."
    )
    root: Path | None = Field(
        None,
        description="Folder below which pages are named; by default the parent folder of each input.",
    )
    path_pattern: str = Field(
        "**/{collection}/{date}/**",
        description="How collection and date stand in a page's path; ** stands for any folders, * for any characters.",
    )
    text_field: str = Field("text", description="Field of a container's record that holds the page.")
    date_field: str = Field("date", description="Field that holds its date, as 2021-05-29; it may be absent.")
    collection_field: str = Field("collection", description="Field that names its paper; it may be absent.")
    # A newspaper page has 5-20 kB of text in some hundred lines. What is fifty times as large is an archive in one file, or no
    # text; and a page of this size takes half a minute at worst, whatever is written on it, which the clock could not
    # promise: results must not depend on how fast the machine is.
    max_page_bytes: int = Field(2**20, ge=1, description="A page larger than this is refused, unread.")
    max_page_lines: int = Field(20_000, ge=1, description="A page of more lines than this is refused.")
    # Not a matter of speed: ten times what the largest page takes at worst, so that only a rule that never ends meets it.
    max_page_s: int = Field(
        MAX_PAGE_S, ge=10, description="Seconds; a page on which a rule works longer, alone, is held back."
    )
    # A batch of this size takes one core 10-30 s, so that what Prefect costs per task (about .1 s) does not count.
    batch_pages: int = Field(2000, ge=1, description="Pages in a batch at most.")
    batch_bytes: int = Field(8 * 2**20, ge=1, description="Bytes of pages in a batch at most.")
    full_refresh: bool = Field(False, description="Make every row anew, as if nothing had been loaded before.")
    data_docs: Path | None = Field(
        None, description="Folder to which Great Expectations' Data Docs of the run are written; it is made anew."
    )
    report: Path | None = Field(
        None, description="Folder to which a run writes the report on what it published; it is made anew."
    )
    prune: bool = Field(False, description="Delete the pages of files that are gone from the input folders.")
    notify_url: SecretStr | None = Field(
        None, description="http or https address to which a run posts how it ended, as JSON with numbers and ids."
    )
    notify_on: Literal["failure", "gate", "always"] = Field(
        "failure",
        description="failure: a run failed or a gate closed; gate: a gate closed; always: at the end of every run.",
    )
    quality: Thresholds = Field(
        default_factory=Thresholds,
        description="Thresholds of the quality gates, each with its reason in docs/quality.md.",
    )

    @field_validator("notify_url")
    @classmethod
    def _is_web_address(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not re.fullmatch(r"https?://[^\s/]+[^\s]*", url.get_secret_value()):
            raise ValueError("a web address is needed, such as https://chat.example/hook")
        return url

    @field_serializer("warehouse", when_used="json")
    def _without_password(self, warehouse: Path) -> str:
        """What Prefect keeps of a run's settings: it would show the password to all who may look at its page."""
        return shown(warehouse)

    @property
    def work_folder(self) -> Path:
        """Folder beside the warehouse that holds all that a run needs and readers do not; of a lake, in the current folder."""
        if is_lake(self.warehouse):
            return Path(f"lake-{hashlib.blake2b(str(self.warehouse).encode(), digest_size=5).hexdigest()}.work")
        return self.warehouse.with_name(self.warehouse.name + ".work")

    @property
    def shown_warehouse(self) -> str:
        """The warehouse as messages name it: a lake without its password."""
        return shown(self.warehouse)

    @property
    def title(self) -> str:
        """What Prefect calls the warehouse: the name of its file without the ending; of a lake, that of its database."""
        found = re.search(r"dbname=(\S+)", str(self.warehouse)) if is_lake(self.warehouse) else None
        return found[1] if found else self.warehouse.stem

    @property
    def stage_folder(self) -> Path:
        """Folder of the stage files; a URL as a path, with one slash less, if they are elsewhere."""
        return self.stages or self.work_folder / "stages"

    @property
    def stage_url(self) -> str:
        """Folder or URL of the stage files."""
        return url_of(self.stage_folder) or str(self.stage_folder)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, the strongest first."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(*, thresholds: Sequence[str] | None = None, **flags: Any) -> Settings:  # noqa: ANN401 - pydantic checks each
    """Return the settings in force, given the flags that the user set (None: not set) and ``thresholds`` as NAME=VALUE.

    Raises
    ------
    UsageError
        For a value that does not fit or a key that is not known, naming the nearest known one.
    """
    unknown = [name for name in sorted(os.environ) if name.startswith(_PREFIX) and not _is_known(_key_of(name))]
    if unknown:
        raise _unknown_key(f"environment variable {unknown[0]}", _key_of(unknown[0]), shown=_variable_of)
    given = {name: value for name, value in flags.items() if value is not None}
    if thresholds:
        given[_QUALITY] = _thresholds_given(thresholds)
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
            raise _unknown_key(f"setting {key!r} in {SETTINGS_FILE}", key) from error
        raise UsageError(f"setting {key}", first["msg"], "banmian doctor shows every setting and its origin") from error
    except ValueError as error:  # broken TOML
        raise UsageError(
            SETTINGS_FILE, f"not valid TOML: {error}", "correct the file, or run in another folder"
        ) from error


def reading_of(settings: Settings) -> str:
    """Return how ``settings`` have inputs read, as JSON: the flags that `banmian retry` must not need again."""
    names = ("path_pattern", "text_field", "date_field", "collection_field")
    return json.dumps({name: getattr(settings, name) for name in names}, ensure_ascii=False)


def setting_keys() -> list[str]:
    """Return the names of all settings, those of the thresholds as ``quality.max_held_share``."""
    own = [name for name in Settings.model_fields if name != _QUALITY]
    return own + [f"{_QUALITY}.{field.name}" for field in fields(Thresholds)]


def origins(flags: Mapping[str, object]) -> dict[str, str]:
    """Return for each of ``setting_keys`` where its value comes from: a flag, a variable, the file, or ``default``.

    ``flags`` are those that the user set, by key; the settings themselves must have been loaded, so that all are sound.
    """
    in_file = _flat(TomlConfigSettingsSource(Settings)())
    variables = {_key_of(name): name for name in os.environ if name.startswith(_PREFIX)}
    return {
        key: (
            "flag"
            if flags.get(key) is not None
            else variables[key]
            if key in variables
            else SETTINGS_FILE
            if key in in_file
            else "default"
        )
        for key in setting_keys()
    }


_PREFIX: Final = "BANMIAN_"
_QUALITY: Final = "quality"
# Read by tools around banmian, not settings of a run.
_OTHER_VARIABLES: Final = ("shared",)


def _flat(values: Mapping[str, Any]) -> dict[str, object]:
    nested = values.get(_QUALITY)
    own = {key: value for key, value in values.items() if key != _QUALITY}
    return own | ({f"{_QUALITY}.{key}": value for key, value in nested.items()} if isinstance(nested, dict) else {})


def _key_of(variable: str) -> str:
    return variable.removeprefix(_PREFIX).lower().replace("__", ".")


def _variable_of(key: str) -> str:
    return _PREFIX + key.replace(".", "__").upper()


def _is_known(key: str) -> bool:
    return key in setting_keys() or key in (_QUALITY, *_OTHER_VARIABLES)


def _thresholds_given(thresholds: Sequence[str]) -> dict[str, str]:
    given = {}
    for one in thresholds:
        name, sign, value = one.partition("=")
        if not sign:
            raise UsageError(f"--threshold {one}", "it is no NAME=VALUE", "--threshold max_held_share=0.1")
        if not _is_known(f"{_QUALITY}.{name.strip()}"):
            raise _unknown_key(f"--threshold {one}", f"{_QUALITY}.{name}", shown=lambda key: key.partition(".")[2])
        given[name.strip()] = value.strip()
    return given


def _unknown_key(where: str, key: str, *, shown: Callable[[str], str] = str) -> UsageError:
    """Return the error for a key that is not known; one of a table is compared with the keys of that table."""
    table, dot, _ = key.partition(".")
    every = setting_keys()
    own = [name for name in every if "." not in name] + [_QUALITY]
    known = [name for name in every if name.startswith(table + dot)] or every if dot else own
    misplaced = f"{_QUALITY}.{key}"
    near = [misplaced] if misplaced in every else difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    remedy = shown(near[0]) if near else f"one of {', '.join(sorted(shown(name) for name in known))}"
    return UsageError(where, "there is no such setting", remedy)
