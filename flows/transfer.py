"""Bytes to and from stores, many files at once, each in one request; of any fsspec file system, named by URLs.

Every page of an archive on a store is a request, and fsspec's package for S3 spends 4 ms of processor time on one, a fifth of
all work on a page. obstore, which is Rust, spends .7 (files of 5 kB, 2026-11); so it moves the bytes of S3 where the keys are in
the environment, as ``docs/how-to/cluster.md`` has it, and fsspec those of other stores and for keys from elsewhere. Listing is
fsspec's part always: obstore lists no store that has a name such as ``a//b`` in it.
"""

from __future__ import annotations

import asyncio
import functools
import importlib.util
import os
from collections.abc import Coroutine, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import fsspec
import fsspec.asyn

if TYPE_CHECKING:
    from obstore.store import S3Store

_S3: Final = "s3://"
# For so long a store may be away, as the servers of a lake may (``warehouse.transaction``).
_PATIENCE: Final = timedelta(seconds=60)


def get_all(urls: Sequence[str], byte_count: int | None = None) -> list[bytes | OSError]:
    """Return of each file its bytes, the first ``byte_count`` of them if that is given, or why it cannot be read.

    All are kept at once. With ``byte_count`` no file may be empty: a store refuses to give a part of nothing.
    """
    if not urls:
        return []
    found = (
        _run([_get(url, byte_count) for url in urls]) if _is_for_obstore(urls[0]) else _with_fsspec(urls, byte_count)
    )
    others = [place for place, one in enumerate(found) if isinstance(one, ValueError)]  # names that obstore refuses
    for place, one in zip(others, _with_fsspec([urls[place] for place in others], byte_count), strict=True):
        found[place] = one
    return [one if isinstance(one, (bytes, OSError)) else _as_os_error(one) for one in found]


def put_all(files: Mapping[str, bytes]) -> None:
    """Write files by URL, with the folders they are in; all are there when this returns.

    Raises
    ------
    OSError
        If one of them cannot be written.
    """
    if not files:
        return
    first = next(iter(files))
    if _is_for_obstore(first):
        for result in _run([_put(url, data) for url, data in files.items()]):
            if result is not None:
                raise result if isinstance(result, OSError) else _as_os_error(result)
    else:
        store, _ = fsspec.url_to_fs(first)
        named = {store._strip_protocol(url): data for url, data in files.items()}
        for folder in {name.rpartition("/")[0] for name in named}:
            store.makedirs(folder, exist_ok=True)
        store.pipe(named)


def _with_fsspec(urls: Sequence[str], byte_count: int | None) -> list[Any]:
    if not urls:
        return []
    store, _ = fsspec.url_to_fs(urls[0])
    names = [store._strip_protocol(url) for url in urls]
    start = None if byte_count is None else 0
    found: list[Any] = store.cat_ranges(names, [start] * len(names), [byte_count] * len(names), on_error="return")
    return found


def _is_for_obstore(url: str) -> bool:
    return url.startswith(_S3) and bool(os.environ.get("AWS_ACCESS_KEY_ID")) and _has_obstore()


@functools.cache
def _has_obstore() -> bool:
    return importlib.util.find_spec("obstore") is not None


async def _get(url: str, byte_count: int | None) -> bytes:
    import obstore  # noqa: PLC0415 - an optional extra

    store, key = _place(url)
    if byte_count is None:
        return bytes(await (await obstore.get_async(store, key)).bytes_async())
    return bytes(await obstore.get_range_async(store, key, start=0, end=byte_count))


async def _put(url: str, data: bytes) -> None:
    import obstore  # noqa: PLC0415 - an optional extra

    store, key = _place(url)
    await obstore.put_async(store, key, data)


def _run(work: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Return what each of ``work`` returns or raises, done side by side in the thread that fsspec has for that."""

    async def gather() -> list[Any]:
        return await asyncio.gather(*work, return_exceptions=True)

    results: list[Any] = fsspec.asyn.sync(fsspec.asyn.get_loop(), gather)
    return results


def _place(url: str) -> tuple[S3Store, str]:
    bucket, _, key = url.removeprefix(_S3).partition("/")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    return _store(bucket, endpoint, os.environ["AWS_ACCESS_KEY_ID"]), key


@functools.cache
def _store(bucket: str, endpoint: str, _key: str) -> S3Store:
    """Return the store of a bucket, with what the environment says of region and keys; one for each key."""
    from obstore.store import S3Store  # noqa: PLC0415 - an optional extra

    return S3Store(
        bucket,
        config={"endpoint": endpoint} if endpoint else {},
        client_options={"allow_http": endpoint.startswith("http://")},
        retry_config={"retry_timeout": _PATIENCE},
    )


def _as_os_error(error: BaseException) -> OSError:
    """Return ``error``, of a kind of its own in each store, as what reading and writing raise elsewhere."""
    said = str(error).splitlines() or [""]
    return OSError(f"{type(error).__name__}: {said[0]}")
