"""The settings of a run, each with its default and reason.

Where a value comes from, the later winning: the default here, ``banmian.toml`` in the current folder, a ``BANMIAN_…``
variable, a flag of the command.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Any, Final

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from transforms.errors import UsageError

SETTINGS_FILE: Final = "banmian.toml"


class Settings(BaseSettings):
    """All knobs of a run. Sizes are in bytes."""

    model_config = SettingsConfigDict(env_prefix="BANMIAN_", extra="forbid", frozen=True, toml_file=SETTINGS_FILE)

    warehouse: Path = Field(Path("banmian.duckdb"), description="The published warehouse, which readers open.")
    stages: Path | None = Field(
        None, description="Folder of the stage files; by default inside the folder <warehouse>.work."
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
    # A newspaper page has 5-20 kB of text; a file of 64 MiB is a whole archive in one file, or no text at all.
    max_page_bytes: int = Field(64 * 2**20, ge=1, description="A page larger than this is refused, unread.")
    # A batch of this size takes one core 10-30 s, so that what Prefect costs per task (about .1 s) does not count.
    batch_pages: int = Field(2000, ge=1, description="Pages in a batch at most.")
    batch_bytes: int = Field(16 * 2**20, ge=1, description="Bytes of pages in a batch at most.")
    full_refresh: bool = Field(False, description="Make every row anew, as if nothing had been loaded before.")
    data_docs: Path | None = Field(
        None, description="Folder to which Great Expectations' Data Docs of the run are written; it is made anew."
    )
    prune: bool = Field(False, description="Delete the pages of files that are gone from the input folders.")

    @property
    def work_folder(self) -> Path:
        """Folder beside the warehouse that holds all that a run needs and readers do not."""
        return self.warehouse.with_name(self.warehouse.name + ".work")

    @property
    def stage_folder(self) -> Path:
        """Folder of the stage files."""
        return self.stages or self.work_folder / "stages"

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


def load_settings(**flags: Any) -> Settings:  # noqa: ANN401 - each flag has the type of its field, which pydantic checks
    """Return the settings in force, given the flags that the user set (None: not set).

    Raises
    ------
    UsageError
        For a value that does not fit or a key that is not known, naming the nearest known one.
    """
    unknown = [name for name in sorted(os.environ) if name.startswith("BANMIAN_") and not _is_known(name[8:].lower())]
    if unknown:
        raise _unknown_key(f"environment variable {unknown[0]}", unknown[0][8:].lower(), prefix="BANMIAN_")
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise _unknown_key(f"setting {key!r} in {SETTINGS_FILE}", key) from error
        raise UsageError(f"setting {key}", first["msg"], "banmian run --help lists the settings") from error
    except ValueError as error:  # broken TOML
        raise UsageError(
            SETTINGS_FILE, f"not valid TOML: {error}", "correct the file, or run in another folder"
        ) from error


# Read by tools around banmian, not settings of a run.
_OTHER_VARIABLES: Final = ("shared",)


def _is_known(key: str) -> bool:
    return key in Settings.model_fields or key in _OTHER_VARIABLES


def _unknown_key(where: str, key: str, *, prefix: str = "") -> UsageError:
    near = difflib.get_close_matches(key, Settings.model_fields, n=1, cutoff=0.5)
    known = ", ".join(sorted(Settings.model_fields))
    remedy = f"{prefix}{near[0].upper() if prefix else near[0]}" if near else f"one of {known}"
    return UsageError(where, "there is no such setting", remedy)
