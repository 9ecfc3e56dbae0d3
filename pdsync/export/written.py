"""Canonical values as a person writes them in a manifest: the inverse of what codecs read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pdsync.model import Canonical, Ref
from pdsync.model.codec.composed import Composed
from pdsync.model.codec.plain import MISSING, Codec, Nullable
from pdsync.model.codec.reference import Reference, Target
from pdsync.model.codec.structure import ListOf, MapOf, Object, Single, Variants
from pdsync.model.codec.time import Duration, Instant, OwnZone, TimeOfDay
from pdsync.model.instant import load_zone, parse_instant, render_duration


def write_value(codec: Codec, value: Canonical, zone: str | None = None) -> Any:
    """The manifest form of a canonical value whose references are named already.

    A codec that has no form of its own here says itself what its form is. `zone` is the time zone for local times.
    """
    if value is None:
        return None
    match codec:
        case Nullable():
            return write_value(codec.inner, value, zone)
        case Composed():
            return codec.written(value, lambda inner, held: write_value(inner, held, zone))
        case Duration():
            return _duration(value, codec.unit_s)
        case TimeOfDay():
            return value.removesuffix(":00") if isinstance(value, str) and len(value) == len("00:00:00") else value
        case Instant():
            return _instant(value, zone)
        case OwnZone():
            return None if value == zone else codec.to_manifest(value)
        case Reference():
            return _reference(value, codec.plain) if isinstance(value, Ref) else value
        case Target():
            return {codec.reference_of(value).kind: _reference(value, "key")} if isinstance(value, Ref) else value
        case Variants():
            return _variant(codec, value, zone)
        case Single():
            return (
                write_value(codec.member.codec, value[codec.member.name], zone) if isinstance(value, Mapping) else value
            )
        case Object():
            return _members(codec, value, zone)
        case MapOf():
            return {name: write_value(codec.value, inner, zone) for name, inner in value.items()}
        case ListOf():
            return [write_value(codec.item, item, zone) for item in value]
    return codec.to_manifest(value)


def _duration(value: Canonical, unit_s: int) -> Any:
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        return value
    return render_duration(value * unit_s)


def _instant(value: Canonical, zone: str | None) -> Any:
    """Wall-clock time of the zone: it is what people agreed on. In UTC where the clock shows that time twice."""
    moment = parse_instant(value) if isinstance(value, str) else None
    if moment is None or zone is None:
        return value
    local = moment.astimezone(load_zone(zone)).replace(tzinfo=None)
    text = local.isoformat(timespec="seconds" if local.second else "minutes")
    return text if _names(text, zone, moment) else value


def _names(text: str, zone: str, moment: datetime) -> bool:
    return parse_instant(text, zone) == moment


def _reference(ref: Ref, plain: str) -> Any:
    return ref.value if ref.by in (plain, "email") else {ref.by: ref.value}


def _members(codec: Object, value: Canonical, zone: str | None) -> Any:
    """Members in declared order; what is absent anyway when it is not written is not written."""
    if not isinstance(value, Mapping):
        return value
    return {
        part.name: write_value(part.codec, value[part.name], zone)
        for part in codec.parts
        if part.name in value and (part.required or part.default is MISSING or value[part.name] != part.default)
    }


def _variant(codec: Variants, value: Canonical, zone: str | None) -> Any:
    if not isinstance(value, Mapping):
        return value
    tag = value.get(codec.tag)
    option = next((option for name, option in codec.options if name == tag), None)
    if option is None:
        return dict(value)
    inner = _members(option, value, zone)
    if not inner:  # a tag alone would say nothing
        inner = {
            part.name: write_value(part.codec, value[part.name], zone) for part in option.parts if part.name in value
        }
    return {codec.tag: tag, **inner}
