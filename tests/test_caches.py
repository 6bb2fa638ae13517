"""What transforms remembers between two calls is small, however many pages a process works on."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import transforms

# Within a batch of some hundred pages this many answers are used again as often as all of them, within three in a hundred. With
# sixteen times as many a worker grew by 40 kB with every page (2026-11), to hundreds of megabytes after ten thousand.
MOST_REMEMBERED = 4096


def remembering_functions():
    for module_info in pkgutil.walk_packages(transforms.__path__, "transforms."):
        module = importlib.import_module(module_info.name)
        for name, value in vars(module).items():
            if hasattr(value, "cache_parameters") and value.__module__ == module.__name__:
                yield f"{module.__name__}.{name}", value


def test_what_depends_on_the_pages_is_remembered_for_few():
    """What takes no argument is data that is loaded once; of all else only the last answers are kept."""
    found = dict(remembering_functions())
    assert len(found) > 20
    unbounded = {
        name: function.cache_parameters()["maxsize"]
        for name, function in found.items()
        if inspect.signature(function).parameters
        and (function.cache_parameters()["maxsize"] or MOST_REMEMBERED + 1) > MOST_REMEMBERED
    }
    assert not unbounded
