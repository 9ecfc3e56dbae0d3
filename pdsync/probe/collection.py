"""Collection: where a probe makes objects, and how they are found again and removed. What is in none of these is never made.

They are removed in the order of the list: what refers to an object goes before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pdsync.probe.mark import MARKER, Mark, is_marked


@dataclass(frozen=True, slots=True)
class Collection:
    """Objects that have an address of their own."""

    path: str
    name: str = "name"
    """The field of the name."""
    text: str = "description"
    """The field that holds the marker; the same as `name` where an object has no other text."""
    listed_name: str | None = None
    """The field of the name in lists, where that is another one."""
    query: Mapping[str, Any] = field(default_factory=dict)
    """Which of them are listed."""
    ending: Mapping[str, Any] | None = None
    """What is written to one to end it, where it cannot be deleted."""
    pages: bool = False
    """Whether a new one notifies the people it is assigned to."""

    def filled(self, body: Mapping[str, Any], mark: Mark, what: str) -> dict[str, Any]:
        """The body of a POST, with the mark where it has no name or text yet."""
        if self.name == self.text:
            return {self.name: mark.label(what), **body}
        return {self.name: mark.name(what), self.text: MARKER, **body}

    def is_made(self, item: Mapping[str, Any], run: str | None = None) -> bool:
        """Whether a probe made this object: a probe of this run, or of any where `run` is None."""
        name = item.get(self.listed_name or self.name)
        return is_marked(name, name if self.name == self.text else item.get(self.text), run)

    def keeps_mark(self, change: Mapping[str, Any]) -> bool:
        """Whether an object that has the mark still has it after this change."""
        name, text = change.get(self.name), change.get(self.text)
        sample = Mark("a" * 10).label("sample")
        return is_marked(name if self.name in change else sample, text if self.text in change else sample)


_OPEN = {"statuses[]": ["triggered", "acknowledged"], "date_range": "all"}
COLLECTIONS: tuple[Collection, ...] = (
    Collection(
        "incidents",
        name="title",
        text="title",
        query=_OPEN,
        ending={"type": "incident", "status": "resolved"},
        pages=True,
    ),
    Collection("maintenance_windows", name="description", text="description"),
    Collection("webhook_subscriptions", name="description", text="description"),
    Collection("incident_workflows"),
    Collection("templates"),
    Collection("automation_actions/actions"),
    Collection("automation_actions/runners"),
    Collection("event_orchestrations"),
    Collection("alert_grouping_settings"),
    Collection("business_services"),
    Collection("services"),
    Collection("escalation_policies"),
    Collection("schedules"),
    # Its list has references only.
    Collection("v3/schedules", text="name", listed_name="summary"),
    Collection("teams"),
    Collection("users"),
    Collection("tags", name="label", text="label"),
)
BY_PATH: Mapping[str, Collection] = {collection.path: collection for collection in COLLECTIONS}


def split_path(path: str) -> tuple[Collection | None, list[str]]:
    """The collection that a path leads into, and the rest of the path; None for a path that leads into none."""
    fits = [it for it in COLLECTIONS if path == it.path or path.startswith(f"{it.path}/")]
    if not fits:
        return None, []
    found = max(fits, key=lambda it: len(it.path))
    return found, [node for node in path[len(found.path) :].split("/") if node]
