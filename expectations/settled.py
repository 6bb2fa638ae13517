"""What Great Expectations works out anew a hundred times while it judges, worked out once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def settled() -> Iterator[None]:
    """Keep, as long as the block lasts, what nothing changes while a suite is judged.

    Great Expectations (1.24) asks each expectation for its configuration a hundred times and makes it anew by all of pydantic
    each time: a third of the time of a gate. And it makes the key of a metric from its arguments, through JSON, thousands of
    times for some fifty that differ: a third of what is left.
    """
    from great_expectations.core.id_dict import IDDict  # noqa: PLC0415 - heavy, so late
    from great_expectations.expectations.expectation import Expectation  # noqa: PLC0415 - as above

    configuration_of: Any = Expectation.configuration
    key_of: Any = IDDict.to_id
    configurations: dict[int, tuple[Any, Any]] = {}  # an expectation beside its own, so that its id stays its own
    keys: dict[str, Any] = {}

    def configuration(expectation: Any) -> Any:  # noqa: ANN401 - Great Expectations' own
        if id(expectation) not in configurations:
            configurations[id(expectation)] = (expectation, configuration_of.fget(expectation))
        return configurations[id(expectation)][1]

    def to_id(arguments: Any, id_keys: Any = None, id_ignore_keys: Any = None) -> Any:  # noqa: ANN401 - as above
        is_plain = all(value is None or type(value) in (str, int, float, bool) for value in arguments.values())
        if not is_plain or id_keys is not None or id_ignore_keys is not None:
            return key_of(arguments, id_keys, id_ignore_keys)
        said = repr(arguments)
        if said not in keys:
            keys[said] = key_of(arguments)
        return keys[said]

    setattr(Expectation, "configuration", property(configuration))  # noqa: B010 - mypy takes a property for a constant
    setattr(IDDict, "to_id", to_id)  # noqa: B010 - and a method for one
    try:
        yield
    finally:
        setattr(Expectation, "configuration", configuration_of)  # noqa: B010
        setattr(IDDict, "to_id", key_of)  # noqa: B010
