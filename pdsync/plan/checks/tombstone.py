"""Tombstones: what a manifest with 'absent: true' may delete. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.kinds import BY_SLUG
from pdsync.model import Resource
from pdsync.model.marker import carries_line
from pdsync.model.ownership import ByNaming
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext
from pdsync.plan.diff.pending_delete import PendingDelete


class Tombstones(Check):
    """Blocks the delete of objects that are not ours or are protected, and of the user who owns the account."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for each in context.pending:
            if each.tombstone is not None:
                for message in _find_messages(each, each.tombstone, context):
                    yield Blocker(each.address, message)


def _find_messages(each: PendingDelete, tombstone: Resource, context: PlanContext) -> Iterator[str]:
    kind = BY_SLUG[each.live.kind]
    if kind.marker_line is not None and not carries_line(kind, each.live.name):
        yield f"{each.live.name!r} is PagerDuty's own {kind.noun}, and cannot be deleted: remove the manifest"
        return
    if not (context.options.adopt or tombstone.lifecycle.adopt):
        line = "to delete it anyway add 'adopt: true' next to 'absent: true'"
        if isinstance(kind.ownership, ByNaming):
            yield f"{kind.ownership.why}, so pdsync cannot know who made this one, a person or an earlier apply; {line}"
        elif each.address in context.pairing.unmarked:
            yield f"it carries no ownership line of this workspace, so nothing shows that pdsync created it; {line}"
    if each.live.marker is not None and each.live.marker.protect:
        yield "it is protected: apply its manifest without 'protect: true' first"
    person = kind.facts.person
    if person is not None and each.live.fields.get(person.role_field) == person.owner_role:
        # PagerDuty has always exactly one (terraform-provider-pagerduty PR 379).
        yield "this user owns the account and cannot be deleted: make another person the owner first"
