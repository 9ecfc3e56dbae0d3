"""What a new object has by default: PagerDuty's defaults and empty values, which a reviewer does not have to read.

A value is hidden where it is the default, or where it is empty and nothing else is known to be the default. So a value that turns a
default off stays in sight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical
from pdsync.model.codec.plain import MISSING, Codec
from pdsync.model.codec.structure import Object, Variants
from pdsync.plan import Change, Delta
from pdsync.report.plan.field_codec import find_codec, item_codec, member_codec, unwrapped


def shown_deltas(change: Change, *, defaults: bool) -> tuple[Delta, ...]:
    """What a create shows: its fields except for the name in its head and, unless `defaults`, except for hidden ones."""
    shown = []
    kind = BY_SLUG[change.kind]
    for delta in change.deltas:
        if delta.path == "name" and delta.after == change.name:
            continue
        declared = kind.field(delta.path)
        default = declared.default if declared is not None and not declared.chosen_by_server else MISSING
        if defaults:
            shown.append(delta)
        elif not _is_hidden(delta.after, default):
            after = without_defaults(delta.after, find_codec(change.kind, delta.path))
            shown.append(Delta(delta.path, delta.before, after))
    return tuple(shown)


def without_defaults(value: Canonical, codec: Codec | None) -> Canonical:
    """The value without the members that are hidden, at every depth."""
    if isinstance(value, Mapping):
        return {
            name: without_defaults(held, member_codec(codec, value, name))
            for name, held in value.items()
            if not _is_hidden(held, _default_of(codec, value, name))
        }
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [without_defaults(item, item_codec(codec)) for item in value]
    return value


def _is_hidden(value: Canonical, default: Canonical) -> bool:
    if default is not MISSING and bool(value == default) and type(value) is type(default):
        return True
    return _is_empty(value) and (default is MISSING or _is_empty(default))


def _is_empty(value: Canonical) -> bool:
    return value is None or (isinstance(value, str | Mapping | Sequence) and not value)


def _default_of(codec: Codec | None, value: Mapping[str, Canonical], name: str) -> Canonical:
    inner = unwrapped(codec) if codec is not None else None
    if isinstance(inner, Variants):
        inner = inner.option_of(value.get(inner.tag))
    if not isinstance(inner, Object):
        return MISSING
    return next((part.default for part in inner.parts if part.name == name), MISSING)
