"""Documents: fields of objects that Terraform has resources of their own for, such as the rules of a router."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pdsync.kinds import BY_SLUG
from pdsync.model.document import LiveDocument
from pdsync.model.scope import Scope
from pdsync.model.unreadable import UNREADABLE_CAUSES
from pdsync.terraform.catalog import DOCUMENTS
from pdsync.terraform.item import UNKNOWN_FORM, Part
from pdsync.terraform.mapping import DocumentType, Parent, UnsureError
from pdsync.terraform.resource import StateResource


@dataclass(slots=True)
class Documents:
    """The documents that states hold."""

    parts: list[Part] = field(default_factory=list)
    by_parent: dict[Parent, dict[str, Any]] = field(default_factory=dict)
    """The answers, by object and field."""
    named: dict[Parent, set[str]] = field(default_factory=dict)
    """The fields that a manifest names whatever they hold."""
    left_out: list[str] = field(default_factory=list)
    """Resources that are not documents, each with the reason."""

    def add(self, declared: DocumentType, part: Part) -> None:
        """Takes in a document. Where a field has two, lists are joined; otherwise the first counts."""
        self.parts.append(part)
        held = self.by_parent.setdefault(part.parent, {})
        before = held.get(part.list_name)
        if isinstance(before, list):
            held[part.list_name] = [*before, *part.raw]
        else:
            held.setdefault(part.list_name, part.raw)
        if declared.is_always_named:
            self.named.setdefault(part.parent, set()).add(declared.field)

    def of(self, parent: Parent) -> dict[str, LiveDocument]:
        """The documents of an object."""
        return {name: LiveDocument(answer) for name, answer in self.by_parent.get(parent, {}).items()}


def read_documents(resources: Iterable[StateResource]) -> Documents:
    """The documents, also those of objects that are in no state."""
    resources = list(resources)
    documents = Documents()
    for resource in resources:
        declared = DOCUMENTS.get(resource.type)
        if declared is None:
            continue
        try:
            documents.add(declared, _part(declared, resource, resources))
        except UnsureError as error:
            documents.left_out.append(f"{resource.address}: {error}")
        except UNREADABLE_CAUSES:
            documents.left_out.append(f"{resource.address}: {UNKNOWN_FORM}")
    return documents


def _part(declared: DocumentType, resource: StateResource, resources: Iterable[StateResource]) -> Part:
    """Raises UnsureError, and one of UNREADABLE_CAUSES for what no answer of PagerDuty's holds: alone it must be readable, so that it does
    not make its object unreadable."""
    if hidden := sorted(declared.uses & resource.hidden):
        raise UnsureError(f"Terraform keeps its {' and '.join(hidden)} as a sensitive value")
    others = [each.values for each in resources if each.type == declared.with_type] if declared.with_type else []
    parent = declared.parent(resource.values)
    answer = declared.answer(resource.values, others)
    kind = BY_SLUG[parent[0]]
    kind.fields_by_name[declared.field].codec.live(kind.documents[declared.field].from_answer(answer), Scope())
    return Part(parent, declared.field, "", answer, (resource,))
