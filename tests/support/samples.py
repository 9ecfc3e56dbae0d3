"""Valid manifest values for every codec, so that tests over the kinds cover a field that is added later by itself."""

from __future__ import annotations

from typing import Any

from pdsync.kinds import KINDS
from pdsync.model.codec.contact_method import MethodAddress, MethodPointer
from pdsync.model.codec.file_text import FileText
from pdsync.model.codec.plain import Boolean, Choice, Codec, Email, Integer, Nullable, Text, Verbatim
from pdsync.model.codec.reference import Reference, Target
from pdsync.model.codec.referring_text import ReferringText
from pdsync.model.codec.structure import ListOf, Object, SetOf, Single, Variants
from pdsync.model.codec.time import Duration, Instant, TimeOfDay, Zone
from pdsync.model.scope import Scope

KEYS = {
    "user": ["ana", "bo", "cy"],
    "team": ["red", "blue"],
    "schedule": ["days", "nights"],
    "escalation_policy": ["first", "second"],
    "service": ["shop", "mail", "search"],
    "vendor": ["Datadog", "Amazon CloudWatch"],
}
"""Keys of manifests that tests define, by slug; vendors by name."""
for _kind in KINDS:
    KEYS.setdefault(_kind.slug, [f"{_kind.slug.replace('_', '-')}-{number}" for number in ("one", "two")])


def samples(codec: Codec) -> list[Any]:
    """At least two valid values whose canonical forms differ (one for codecs that allow only one)."""
    match codec:
        case Reference():
            return list(KEYS[codec.kind])
        case Target():
            return [{it.kind: key} for it in codec.references for key in KEYS[it.kind]]
        case MethodPointer():
            return [
                {"type": "email_contact_method", "address": "one@example.com"},
                {"type": "sms_contact_method", "address": "5550101"},
                {"type": "phone_contact_method", "address": "5550102", "country_code": 49},
            ]
        case MethodAddress():
            return ["one@example.com", "two@example.com"]
        case Email():
            return ["one@example.com", "two@example.com"]
        case Verbatim():
            return ["Id: ", "\n", ""]
        case FileText() | ReferringText():
            return samples(codec.inner)
        case Text():
            return ["Alpha", "Beta two", "Gamma: ünïcødé — 3"]
        case Duration():
            low = codec.minimum or 0
            minutes = 60 // codec.unit_s
            return [low or minutes * 5, f"{max(1, low // minutes) * 2}m" if codec.unit_s == 1 else f"{low + 7}m"]
        case Integer():
            low = codec.minimum or 0
            return [low, low + 1] if codec.maximum is None else [low, codec.maximum]
        case Choice():
            return list(codec.options)
        case Boolean():
            return [True, False]
        case Zone():
            return ["Europe/Berlin", "America/New_York", "Etc/UTC"]
        case TimeOfDay():
            return ["08:00", "17:30:00"]
        case Instant():
            return ["2031-01-06T09:00", "2031-02-03T17:00:00+02:00"]
        case Nullable():
            return [*samples(codec.inner), None]
        case Variants():
            return _variants(codec)
        case Single():
            return samples(codec.member.codec)
        case Object():
            return _objects(codec)
        case ListOf():
            return _lists(codec)
    raise AssertionError(f"no samples for {type(codec).__name__}: add them here")


def _variants(codec: Variants) -> list[dict[str, Any]]:
    """All members with the first value of the tag that has them, and one with each other value."""
    found = []
    for names, option in codec.options:
        first, *others = [names] if isinstance(names, str) else names
        values = samples(option)
        found += [{codec.tag: first, **value} for value in values]
        found += [{codec.tag: name, **values[0]} for name in others]
    return found


def _objects(codec: Object) -> list[dict[str, Any]]:
    base = {part.name: samples(part.codec)[0] for part in codec.parts if part.required}
    found = [base] if base else []
    for part in codec.parts:
        found.extend({**base, part.name: value} for value in samples(part.codec) if base.get(part.name) != value)
    return [value for value in found if _is_sensible(codec, value)]


def _is_sensible(codec: Object, value: dict[str, Any]) -> bool:
    """Leaves out what only a rule between members forbids (an enabled pause needs a timeout)."""
    return not (value.get("enabled") is True and "timeout" not in value)


def _two_different(codec: Codec, items: list[Any]) -> list[Any]:
    scope = Scope()
    first = codec.desired(items[0], scope, ())
    return [items[0], *[item for item in items if codec.desired(item, scope, ()) != first][:1]]


def _lists(codec: ListOf) -> list[list[Any]]:
    items = samples(codec.item)
    found: list[list[Any]] = [] if codec.min_items else [[]]
    found.extend([item] for item in items)
    if codec.max_items is None or codec.max_items > 1:
        pair = _two_different(codec.item, items)
        if codec.key:
            pair = [{**item, codec.key: f"{at} {item[codec.key]}"} for at, item in enumerate(pair)]
        found.append(pair)
        if not isinstance(codec, SetOf):
            found.append(list(reversed(pair)))
    return found
