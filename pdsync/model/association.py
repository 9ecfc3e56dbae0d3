"""Associations: a child list of other objects, each of which PagerDuty adds and removes by a request of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.model.child import ChildList, ReadFrom
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import Single, required


def association_list(kind: str, collection: str, says: tuple[str, str], read_from: ReadFrom, source: str) -> ChildList:
    """The objects of a kind that those of a collection are associated with: ``teams``. `says`: what the list is, and what an item is.

    A list that an answer leaves out is empty."""
    plural = f"{kind}s"
    description, of_item = says

    def from_answer(item: dict[str, Any], parent: Mapping[str, Any]) -> dict[str, Any]:
        return {kind: item}

    def to_request(item: dict[str, Any]) -> dict[str, Any]:
        return dict(item[kind])

    return ChildList(
        name=plural,
        item=Single.of(**{kind: required(Reference(kind), of_item)}),
        key=(kind,),
        description=f"{description} What is not listed is removed.",
        source=source,
        default_mode="exclusive",
        collection=f"{collection}/{{parent}}/{plural}",
        member=f"{collection}/{{parent}}/{plural}/{{id}}",
        wrapper=kind,
        read_from=read_from,
        names_parent_by="path",
        prepare=from_answer,
        fill=to_request,
    )
