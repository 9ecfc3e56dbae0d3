"""The options of a plan: everything that it depends on besides manifests and account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pdsync.model import Marker, Resource

PruneMode = Literal["off", "report", "owned"]
PRUNE_MODES: tuple[PruneMode, ...] = ("off", "report", "owned")
RemovedFields = Literal["reset", "keep"]
REMOVED_FIELDS: tuple[RemovedFields, ...] = ("reset", "keep")


@dataclass(frozen=True, slots=True)
class DeleteLimit:
    """How much may be deleted of one kind. None: only the limits over all kinds count."""

    max_deletes: int | None = None
    max_delete_percent: int | None = None


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """The options of a plan."""

    workspace: str
    adopt: bool = False
    """True where every unmarked object with a manifest's name may be adopted."""
    prune: PruneMode = "report"
    """What happens to objects that carry our marker and have no manifest. There is no mode that touches unmarked ones."""
    prune_by_kind: Mapping[str, PruneMode] = field(default_factory=dict)
    """Prune modes by slug, where they differ."""
    managed_kinds: frozenset[str] = frozenset()
    """Slugs of the kinds without an ownership line whose existing objects the workspace says that it manages."""
    removed_fields: RemovedFields = "reset"
    """What happens to a value that pdsync wrote once no manifest names its field."""
    max_deletes: int = 10
    max_delete_percent: int = 25
    """Percent of what this workspace manages. A small plan is exempt from it: see `small_delete` and `small_edit`."""
    limits_by_kind: Mapping[str, DeleteLimit] = field(default_factory=dict)
    """Limits by slug, in addition to those over all kinds."""
    small_delete: int = 1
    """Up to how many deletes and lost routing keys a small plan has."""
    small_edit: int = 5
    """Up to how many other lost items a small plan has: people leave teams every week."""
    targets: frozenset[str] = frozenset()
    """Addresses to plan for, with what they need; empty means all. Nothing is pruned then."""
    replaces: bool = True
    """False where a fixed field that differs is a difference like any other, because nothing is to be applied."""
    rotate_keys: frozenset[str] = frozenset()
    """Addresses of the objects whose routing keys may be replaced."""
    send_secrets: frozenset[str] = frozenset()
    """Addresses of the objects whose secrets are sent again, where no answer shows them."""
    whole: bool = True
    """False where only some of the manifests were loaded. Nothing is said then of objects that none of those describes."""
    has_from: bool = True
    """True where a From address is configured, which an account-level key needs to create users and to reassign incidents."""
    elsewhere: tuple[Resource, ...] = ()
    """The manifests of the workspace that were not selected by path."""
    reassign_to: str = ""
    """``user/KEY`` or ``escalation_policy/KEY``: who takes over the open incidents that stop a delete. Empty where they stay."""

    def prune_mode(self, slug: str) -> PruneMode:
        """The mode for a kind. Users carry no marker, so they are never pruned."""
        return self.prune_by_kind.get(slug, self.prune)

    @property
    def prunes(self) -> bool:
        """True where objects of some kind are deleted once their manifest is gone."""
        return "owned" in (self.prune, *self.prune_by_kind.values())

    def dooms(self, slug: str, identity: str, marker: Marker | None) -> bool:
        """True where an object with this marker is to be deleted if it has no manifest any more."""
        if marker is None or marker.workspace != self.workspace or marker.kind != slug:
            return False
        return not marker.protect and not self.targets and self.whole and self.prune_mode(slug) == "owned"
