"""Resources as the documents and the texts of manifests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from pdsync.export.written import write_value
from pdsync.kinds import BY_SLUG
from pdsync.model import Resource


class _Dumper(yaml.SafeDumper):
    """Also of texts in which there may be references: they are texts of a class of their own."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_multi_representer(str, yaml.SafeDumper.represent_str)


def document_of(resource: Resource) -> dict[str, Any]:
    """The manifest of a resource."""
    kind = BY_SLUG[resource.kind]
    spec: dict[str, Any] = {**kind.facts.variant.said(kind.slug)} if kind.facts.variant is not None else {}
    for declared in kind.fields:
        if declared.name in resource.fields:
            spec[declared.name] = write_value(declared.codec, resource.fields[declared.name], None)
    for child in kind.children:
        if child.name in resource.children:
            spec[child.name] = [write_value(child.item, item) for item in resource.children[child.name]]
    spec |= {f"{name}_mode": how for name, how in resource.modes.items()}
    return {"apiVersion": "pdsync/v1", "kind": kind.name, "metadata": {"name": resource.key}, "spec": spec}


def render_document(document: Mapping[str, Any]) -> str:
    """The text of a manifest."""
    return yaml.dump(dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True)
