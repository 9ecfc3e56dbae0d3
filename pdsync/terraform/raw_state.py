"""A state file as Terraform keeps it (version 4): ``resources[].instances[].attributes``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pdsync.terraform.resource import PREFIX, Path, StateResource, read_index, without_sensitive


class OldFormError(Exception):
    """Attributes in the form of Terraform 0.11, which newer versions keep until they next refresh the resource."""


def read_raw_state(file: str, body: Mapping[str, Any]) -> tuple[tuple[StateResource, ...], tuple[str, ...]]:
    """The resources of PagerDuty, and the addresses of objects that Terraform is about to delete."""
    found: list[StateResource] = []
    deposed: list[str] = []
    for block in body.get("resources") or ():
        if block.get("mode") != "managed" or not str(block.get("type")).startswith(PREFIX):
            continue
        for instance in block.get("instances") or ():
            resource = _resource(file, block, instance)
            if instance.get("deposed"):
                deposed.append(resource.address)
            else:
                found.append(resource)
    return tuple(found), tuple(deposed)


def _resource(file: str, block: Mapping[str, Any], instance: Mapping[str, Any]) -> StateResource:
    if instance.get("attributes") is None and "attributes_flat" in instance:
        raise OldFormError(block["type"])
    held = dict(instance.get("attributes") or {})
    values, hidden = without_sensitive(held, list(_paths(instance)))
    return StateResource(
        type=str(block["type"]),
        name=str(block["name"]),
        module=str(block.get("module") or ""),
        index=read_index(instance.get("index_key")),
        values=values,
        hidden=hidden,
        file=file,
        provider=str(block.get("provider") or ""),
    )


def _paths(instance: Mapping[str, Any]) -> Iterator[Path]:
    """The places of sensitive values: each is a list of steps, such as ``[{"type": "get_attr", "value": "description"}]``."""
    for steps in instance.get("sensitive_attributes") or ():
        said = [step["value"] for step in steps]
        yield tuple(step["value"] if isinstance(step, Mapping) else step for step in said)
