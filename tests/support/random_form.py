"""Manifests in the forms that people may choose: values long or short, fields in each manifest or in Defaults of its folder."""

from __future__ import annotations

import copy
import os
from collections import defaultdict
from collections.abc import Mapping
from random import Random
from typing import Any, TypeAlias

from pdsync.kinds import BY_NAME
from pdsync.model import Kind
from pdsync.model.codec.contact_method import NUMBERS, long_method
from pdsync.model.codec.time import DAY_NAMES
from pdsync.model.defaults import refused_fields
from pdsync.model.instant import parse_duration

Document: TypeAlias = dict[str, Any]
_DEFAULTS = "defaults.yaml"
_SECONDS = ("_seconds", "_timeout")
_FOLDERS = ("", "red/", "red/one/", "red/two/", "blue/")


def in_short_forms(document: Document, random: Random) -> Document:
    """The same manifest, with some of its values in a form that is another one for the same."""
    made: Document = _shortened(copy.deepcopy(document), random)
    spec = made["spec"]
    if made["kind"] == "Schedule" and random.random() < 0.8:
        _write_rotation(spec)
    return made


def _shortened(value: Any, random: Random) -> Any:
    if isinstance(value, list):
        return [_shortened(item, random) for item in value]
    if not isinstance(value, dict):
        return value
    made = {name: _shortened(_duration(name, inner, random), random) for name, inner in value.items()}
    if isinstance(made.get("restrictions"), list) and random.random() < 0.7:
        made["restrictions"] = _on_days(made["restrictions"], random)
    return _number(made, random) if made.get("type") in NUMBERS else made


def _duration(name: str, value: Any, random: Random) -> Any:
    """As a number of what PagerDuty counts, or as text with other units."""
    seconds = parse_duration(value) if isinstance(value, str) and name.endswith((*_SECONDS, "_minutes")) else None
    if not seconds or random.random() < 0.4:
        return value
    if random.random() < 0.5:
        return f"{seconds // 60}m" if seconds % 60 == 0 else f"{seconds}s"
    return seconds if name.endswith(_SECONDS) else seconds // 60


def _number(method: Document, random: Random) -> Document:
    code, mark = method.get("country_code"), str(method["type"]).partition("_")[0]
    rest = {name: value for name, value in method.items() if name not in ("type", "address", "country_code")}
    if code is None or "address" not in method or random.random() < 0.3:
        return method
    short = {mark: f"+{code} {method['address']}"}
    read, same = long_method(short), ("type", "address", "country_code")
    return {**short, **rest} if all(read.get(name) == method[name] for name in same) else method


def _on_days(restrictions: list[Any], random: Random) -> list[Any]:
    """Weekly restrictions of the same hours as one."""
    left, by_hours = [], defaultdict(list)
    for it in restrictions:
        if it.get("type") == "weekly_restriction" and random.random() < 0.8:
            by_hours[it["start_time_of_day"], it["duration_seconds"]].append(it["start_day_of_week"])
        else:
            left.append(it)
    for (begin, length), days in by_hours.items():
        left.append({"days": _days(sorted(days), random), "start_time_of_day": begin, "duration_seconds": length})
    return left


def _days(days: list[int], random: Random) -> Any:
    names = [DAY_NAMES[day - 1] for day in days]
    if days == list(range(days[0], days[-1] + 1)) and random.random() < 0.5:
        return "-".join(dict.fromkeys([names[0].capitalize(), names[-1]]))
    return random.choice([names, days, list(reversed(names))])


def _write_rotation(spec: Document) -> None:
    """Puts a plain weekly rotation in one line."""
    layers = spec.get("schedule_layers") or [{}]
    rest = {name: value for name, value in layers[0].items() if value not in (None, [])}
    weekly, starts = rest.pop("users", None), rest.pop("rotation_virtual_start", None)
    turn, name = rest.pop("rotation_turn_length_seconds", None), rest.pop("name", None)
    if len(layers) == 1 and turn in ("1w", "7d", "168h", "10080m", 604800) and not rest:
        named = {} if name == "Layer 1" else {"name": name}
        at = list(spec).index("schedule_layers")
        before, after = list(spec.items())[:at], list(spec.items())[at + 1 :]
        spec.clear()
        spec.update([*before, ("rotation", {"weekly": weekly, "starts": starts, **named}), *after])


def with_defaults(documents: Mapping[str, Document], random: Random) -> dict[str, Document]:
    """The manifests by file, with some of their fields in Defaults of folders above them: they ask for the same."""
    made = {name: copy.deepcopy(document) for name, document in documents.items()}
    given: dict[str, dict[str, Document]] = {}
    by_kind: dict[str, list[str]] = defaultdict(list)
    for name, document in sorted(made.items()):
        by_kind[document["kind"]].append(name)
    for kind, names in by_kind.items():
        takes = BY_NAME[kind].spec_names - set(refused_fields(BY_NAME[kind]))
        for field in sorted({it for name in names for it in made[name]["spec"]} & takes):
            if random.random() < 0.4:
                _give(BY_NAME[kind], field, {name: made[name]["spec"] for name in names}, random, given)
    for folder, sections in given.items():
        spec = {kind: sections[kind] for kind in random.sample(sorted(sections), len(sections))}
        made[folder + _DEFAULTS] = {"apiVersion": "pdsync/v1", "kind": "Defaults", "spec": spec}
    return made


def _give(
    kind: Kind, field: str, specs: Mapping[str, Document], random: Random, given: dict[str, dict[str, Document]]
) -> None:
    """Gives a field in one or two folders, and takes it from the manifests that get the same value from there."""
    chosen: dict[str, Any] = {}
    folders = sorted({f"{parent}/" if parent else "" for name in specs for parent in _folders_above(name)})
    for folder in random.sample(folders, min(len(folders), random.randint(1, 2))):
        below = [spec for name, spec in specs.items() if name.startswith(folder)]
        # Another manifest would get what it does not ask for.
        if all(field in spec or _rules_out(kind, spec, field) for spec in below):
            values = [spec[field] for spec in below if field in spec]
            if values:
                chosen[folder] = random.choice(values)
                given.setdefault(folder, {}).setdefault(kind.name, {})[field] = chosen[folder]
    for name, spec in specs.items():
        nearest = max((folder for folder in chosen if name.startswith(folder)), key=len, default=None)
        if nearest is not None and field in spec and _same(spec[field], chosen[nearest]) and random.random() < 0.9:
            del spec[field]


def _rules_out(kind: Kind, spec: Document, field: str) -> bool:
    return any(
        field in (it.name, it.stands_for) and not spec.keys().isdisjoint((it.name, it.stands_for)) for it in kind.shorts
    )


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _folders_above(name: str) -> list[str]:
    folder = os.path.dirname(name)
    return [folder, *(_folders_above(folder) if folder else ())]


def in_folders(documents: Mapping[str, Document], random: Random) -> dict[str, Document]:
    """Each manifest in some folder."""
    return {random.choice(_FOLDERS) + name: document for name, document in documents.items()}
