"""The output of ``terraform show -json``: ``values.root_module`` with its ``child_modules``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pdsync.terraform.resource import PREFIX, Path, StateResource, read_index, without_sensitive


def read_shown_state(file: str, values: Mapping[str, Any]) -> tuple[tuple[StateResource, ...], tuple[str, ...]]:
    """The resources of PagerDuty, and the addresses of objects that Terraform is about to delete. `values` may be empty."""
    found: list[StateResource] = []
    deposed: list[str] = []
    for module, shown in _resources(values.get("root_module") or {}):
        if shown.get("mode") != "managed" or not str(shown.get("type")).startswith(PREFIX):
            continue
        resource = _resource(file, module, shown)
        if shown.get("deposed_key"):
            deposed.append(resource.address)
        else:
            found.append(resource)
    return tuple(found), tuple(deposed)


def _resources(root: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every resource, with the address of its module."""
    waiting = [root]
    while waiting:
        module = waiting.pop(0)
        for shown in module.get("resources") or ():
            yield str(module.get("address") or ""), shown
        waiting.extend(module.get("child_modules") or ())


def _resource(file: str, module: str, shown: Mapping[str, Any]) -> StateResource:
    values, hidden = without_sensitive(dict(shown.get("values") or {}), list(_paths(shown.get("sensitive_values"), ())))
    return StateResource(
        type=str(shown["type"]),
        name=str(shown["name"]),
        module=module,
        index=read_index(shown.get("index")),
        values=values,
        hidden=hidden,
        file=file,
    )


def _paths(marks: Any, path: Path) -> Iterator[Path]:
    """The places of sensitive values: `marks` has the form of the attributes, and true in the place of each such value."""
    if marks is True:
        yield path
    elif isinstance(marks, Mapping):
        for name, inner in marks.items():
            yield from _paths(inner, (*path, name))
    elif isinstance(marks, list):
        for index, inner in enumerate(marks):
            yield from _paths(inner, (*path, index))
