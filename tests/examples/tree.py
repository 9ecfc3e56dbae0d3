"""The example manifests read with plain PyYAML, so that these tests do not lean on the code that they are examples for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
MANIFESTS = EXAMPLES / "manifests"
FILES = sorted(MANIFESTS.rglob("*.yaml"))

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Document = dict[str, Any]


@cache
def written() -> tuple[tuple[Path, Document], ...]:
    """Every document of every example as it is written, with the file that it is in."""
    return tuple((path, document) for path in FILES for document in yaml.safe_load_all(path.read_text("utf-8")))


@cache
def defaults() -> dict[Path, dict[str, Any]]:
    """The fields that folders give, by folder and kind."""
    return {path.parent: document["spec"] for path, document in written() if document["kind"] == "Defaults"}


@cache
def documents() -> tuple[tuple[Path, Document], ...]:
    """Every manifest of every example with the fields that its folder gives it, and with the file that it is in."""
    return tuple(
        (path, {**document, "spec": {**defaults().get(path.parent, {}).get(document["kind"], {}), **document["spec"]}})
        for path, document in written()
        if document["kind"] != "Defaults"
    )


@cache
def specs(kind: str) -> dict[str, Any]:
    """The specs of a kind by key, with long forms in place of short ones."""
    return {it["metadata"]["name"]: _long(it["spec"]) for _, it in documents() if it["kind"] == kind}


def _long(spec: Any) -> Any:
    """A second, small reading of the short forms that the examples use."""
    spec = dict(spec)
    if "rotation" in spec:
        said = spec.pop("rotation")
        turn = {"rotation_virtual_start": said["starts"], "rotation_turn_length_seconds": "1w"}
        spec["schedule_layers"] = [{"name": said["name"], "users": said["weekly"], **turn}]
    if "schedule_layers" in spec:
        spec["schedule_layers"] = [
            {**it, "restrictions": [one for each in it["restrictions"] for one in _on_days(each)]}
            if "restrictions" in it
            else it
            for it in spec["schedule_layers"]
        ]
    if "contact_methods" in spec:
        spec["contact_methods"] = list(map(_numbered, spec["contact_methods"]))
    return spec


def _on_days(restriction: Document) -> list[Document]:
    if "days" not in restriction:
        return [restriction]
    rest = {name: value for name, value in restriction.items() if name != "days"}
    first, last = (DAYS.index(day) for day in restriction["days"].split("-"))
    return [{"type": "weekly_restriction", "start_day_of_week": day + 1, **rest} for day in range(first, last + 1)]


def _numbered(method: Document) -> Document:
    for name in ("phone", "sms"):
        if name in method:
            code, *digits = method[name].split(" ")
            return {"type": f"{name}_contact_method", "country_code": int(code), "address": "".join(digits)}
    return method


def shown_names(kind: str) -> list[str]:
    """What PagerDuty shows for the objects of a kind, one by one."""
    return [spec.get("name", key) for key, spec in specs(kind).items()]


def names(kind: str) -> set[str]:
    """The same, each once."""
    return set(shown_names(kind))


def children(kind: str, name: str) -> Iterator[Any]:
    """The items of a list that objects of the kind may have."""
    for spec in specs(kind).values():
        yield from spec.get(name) or ()


def leaves(value: Any) -> Iterator[Any]:
    """Every scalar below a value, keys of mappings included."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value
