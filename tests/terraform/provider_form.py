"""The form of Terraform states: resources as a state file keeps them, and as ``terraform show -json`` writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

SECRET = "k3y0123456789abcdef0123456789abc"
"""Stands for every secret that a state holds."""
PROVIDER = 'provider["registry.terraform.io/pagerduty/pagerduty"]'


@dataclass(frozen=True)
class TfResource:
    """One instance."""

    type: str
    name: str
    values: dict[str, Any]
    module: str = ""
    index: str | int | None = None
    sensitive: tuple[tuple[str | int, ...], ...] = field(default=())

    @property
    def id(self) -> str:
        return str(self.values["id"])


def label(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "it"


def managed(kind: str, name: str, values: dict[str, Any]) -> TfResource:
    """A resource with the name of what it is."""
    return TfResource(f"pagerduty_{kind}", label(name), values)


def as_state(resources: list[TfResource], **more: Any) -> dict[str, Any]:
    """A state file of version 4, as Terraform 1.11 keeps it."""
    blocks: dict[tuple[str, str, str], dict[str, Any]] = {}
    for each in resources:
        block = blocks.setdefault(
            (each.module, each.type, each.name),
            {
                **({"module": each.module} if each.module else {}),
                "mode": "managed",
                "type": each.type,
                "name": each.name,
                "provider": PROVIDER,
                "instances": [],
            },
        )
        instance: dict[str, Any] = {} if each.index is None else {"index_key": each.index}
        instance |= {"schema_version": 0, "attributes": each.values}
        instance["sensitive_attributes"] = [list(_steps(path)) for path in each.sensitive]
        block["instances"].append({**instance, "private": "bnVsbA==", "dependencies": []})
    data = {
        "mode": "data",
        "type": "pagerduty_user",
        "name": "anyone",
        "provider": PROVIDER,
        "instances": [
            {"schema_version": 0, "attributes": {"id": "PDATA01", "name": "Any", "email": "any@example.com"}}
        ],
    }
    other = {
        "mode": "managed",
        "type": "random_id",
        "name": "x",
        "provider": 'provider["registry.terraform.io/hashicorp/random"]',
    }
    other |= {"instances": [{"schema_version": 0, "attributes": {"id": "abc", "hex": SECRET}}]}
    return {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 7,
        "lineage": "1f6c1c1e-6bd2-4b0c-9d5f-3c1d8d2f7c55",
        "outputs": {"token": {"value": SECRET, "type": "string", "sensitive": True}},
        "resources": [data, other, *blocks.values()],
        "check_results": None,
        **more,
    }


def _steps(path: tuple[str | int, ...]) -> Iterator[dict[str, Any]]:
    for step in path:
        if isinstance(step, str):
            yield {"type": "get_attr", "value": step}
        else:
            yield {"type": "index", "value": {"value": step, "type": "number"}}


def as_shown(resources: list[TfResource]) -> dict[str, Any]:
    """The output of ``terraform show -json``."""
    root: dict[str, Any] = {"resources": [], "child_modules": []}
    modules: dict[str, dict[str, Any]] = {}
    for each in resources:
        home = root
        for name in _modules(each.module):
            made = modules.setdefault(name, {"address": name, "resources": [], "child_modules": []})
            if made not in home["child_modules"]:
                home["child_modules"].append(made)
            home = made
        home["resources"].append(_shown(each))
    values = {"outputs": {"token": {"sensitive": True, "value": SECRET}}, "root_module": root}
    return {"format_version": "1.0", "terraform_version": "1.11.4", "values": values}


def _modules(address: str) -> Iterator[str]:
    """Every module above: ``module.a``, then ``module.a.module.b``."""
    names = re.findall(r"module\.[^.\[]+(?:\[[^\]]*\])?", address)
    for count in range(1, len(names) + 1):
        yield ".".join(names[:count])


def _shown(each: TfResource) -> dict[str, Any]:
    marks: Any = {}
    for path in each.sensitive:
        marks = _marked(marks, path)
    return {
        "address": f"{each.module}.{each.type}.{each.name}".lstrip("."),
        "mode": "managed",
        "type": each.type,
        "name": each.name,
        **({} if each.index is None else {"index": each.index}),
        "provider_name": "registry.terraform.io/pagerduty/pagerduty",
        "schema_version": 0,
        "values": each.values,
        "sensitive_values": marks,
        "depends_on": [],
    }


def _marked(marks: Any, path: tuple[str | int, ...]) -> Any:
    """The form of the attributes, with true in the place of what is sensitive."""
    if not path:
        return True
    name, *rest = path
    if isinstance(name, int):
        filled = [*(marks or []), *[{}] * (name + 1)][: max(name + 1, len(marks or []))]
        filled[name] = _marked(filled[name], tuple(rest))
        return filled
    return {**(marks or {}), name: _marked((marks or {}).get(name), tuple(rest))}
