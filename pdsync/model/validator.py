"""Whether a plain JSON value fits a JSON Schema, and in our words why not.

Two validators share the work. jsonschema-rs takes hundredths of a second for 10,000 documents and says which of them fit;
jsonschema takes seconds and says what is wrong with the others. Our schemas keep to what both read alike, which
`tests/model/test_validator.py` holds. Both are imported at the first use, so that a command that validates nothing needs neither.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from pdsync.model.codec.plain import Canonical, Codec
from pdsync.model.scope import Path, Problem, Scope

Schema = dict[str, Any]


class Validator:
    """Checks values against one schema, which is built when the first value comes."""

    def __init__(self, build_schema: Callable[[], Schema], brief: Validator | None = None) -> None:
        """What fits the schema of `brief` must fit this one too. It is asked first: where it is enough, this schema is never built."""
        self._build_schema = build_schema
        self._brief = brief

    @cached_property
    def schema(self) -> Schema:
        """The schema."""
        return self._build_schema()

    @cached_property
    def is_valid(self) -> Callable[[Any], bool]:
        """Takes a value and gives whether it fits."""
        from jsonschema_rs import Draft202012Validator

        fits: Callable[[Any], bool] = Draft202012Validator(self.schema).is_valid

        def is_valid(value: Any) -> bool:
            try:
                return fits(value)
            except ValueError:
                # Rust has no type for it: half of a surrogate pair, or a number that shows as it was written.
                return bool(self._slow.is_valid(value))

        return is_valid

    @cached_property
    def _slow(self) -> Any:
        from jsonschema import Draft202012Validator

        return Draft202012Validator(self.schema)

    def problems(self, value: Any, path: Path = ()) -> list[Problem]:
        """Everything that is wrong with a value which is at `path`."""
        try:
            if (self._brief is not None and self._brief.is_valid(value)) or self.is_valid(value):
                return []
            from pdsync.model.explanation import explain

            found = explain(self._slow.iter_errors(value), self.schema, path)
        except RecursionError:
            return [Problem(path, "is nested too deeply", unreadable=True)]
        # Were the validators ever of two minds, the value would not pass.
        return found or [Problem(path, "does not fit its schema", unreadable=True)]


_OF_CODECS: dict[int, tuple[Codec, Validator]] = {}
"""By identity: codecs are declared once, and some hold what has no hash."""


def validator_of(codec: Codec) -> Validator:
    """The validator of what a manifest may say at the place of a codec."""
    return _OF_CODECS.setdefault(id(codec), (codec, Validator(codec.schema)))[1]


def read_value(codec: Codec, value: Any, scope: Scope, path: Path = ()) -> Canonical:
    """The canonical value of what a manifest or a configuration says. What is wrong goes to `scope`, and is left out; None
    where nothing of it can be read."""
    scope.note(validator_of(codec).problems(value, path))
    return None if path in scope.unreadable else codec.desired(value, scope, path)


def names_of_unreadable(scope: Scope, path: Path) -> set[object]:
    """The members of the mapping at `path` in which something cannot be read."""
    size = len(path)
    return {place[size] for place in scope.unreadable if len(place) > size and place[:size] == path}
