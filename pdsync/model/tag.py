"""The child list of tags, which some kinds have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pdsync.model.child import ByName, ChildList
from pdsync.model.codec.plain import Canonical, Text
from pdsync.model.codec.structure import Single, required
from pdsync.model.scope import Path, Scope

_MOST = 191


@dataclass(frozen=True, slots=True)
class Label(Text):
    """The label of a tag, compared exactly as PagerDuty stores it."""

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        return str(value or "")

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        self.check(value, scope, path)
        return self.canonical(value, scope)

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        """What is not seen: white space at the ends, which would make it another label, and control characters."""
        if value != value.strip():
            scope.problem(path, f"{value!r} begins or ends with white space", "Remove it.")
        elif "\t" in value:
            scope.problem(path, "contains a tab", "Write a space.")
        Text.check(self, value, scope, path)


def tag_list(collection: str) -> ChildList:
    """The tags of the objects of a collection: ``teams``."""
    return ChildList(
        name="tags",
        item=Single.of(label=required(Label(max_length=_MOST, min_length=1), "The exact label of a tag.")),
        key=("label",),
        description=(
            "The labels of its tags. Missing tags are created; tags themselves are never deleted. "
            "Items that are not listed stay."
        ),
        source=(
            f"PagerDuty API description, /{{entity_type}}/{{id}}/change_tags and Tag.label: at most {_MOST} characters; "
            "shown late: terraform-provider-pagerduty #1019"
        ),
        default_mode="additive",
        collection=f"{collection}/{{parent}}/tags",
        member="",
        wrapper=None,
        read_from="request",
        added_by="name",
        by_name=ByName(
            f"{collection}/{{parent}}/change_tags", "tag", names="tags", holders=f"tags/{{id}}/{collection}"
        ),
        may_be_refused=True,
    )
