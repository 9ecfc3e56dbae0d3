"""Release: objects lose their ownership line, and nothing else changes. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject
from pdsync.model.address import Address, render_address
from pdsync.model.codec.workflow_step import find_unshown, function_of
from pdsync.model.field import mirrored_fields
from pdsync.model.last_applied import is_copied
from pdsync.model.ownership import MarkerLine
from pdsync.plan.change import MARKER_BEFORE, Change, Operation
from pdsync.plan.pairing.match import PlanProblem
from pdsync.plan.pairing.open_field import hides_what_was_written
from pdsync.plan.plan import Plan


def build_release(addresses: Sequence[str], account: Account, workspace: str) -> Plan:
    """A plan that takes this workspace's ownership line out of the objects of these addresses.

    An object without such a line is a problem: pdsync changes only its own objects.
    """
    changes, problems = [], []
    for address in sorted({it for named in addresses for it in _of_objects(named, account, workspace)}):
        slug, key = Address.parse(address)
        found = [
            live
            for live in account.objects.get(slug, ())
            if live.marker is not None
            and (live.marker.workspace, live.marker.key) == (workspace, key)
            and not is_copied(live.marker, live.kind, live.id)
        ]
        ownership = BY_SLUG[slug].ownership
        if not isinstance(ownership, MarkerLine):
            hint = "Remove the manifest: pdsync does nothing to such an object without one."
            problems.append(PlanProblem(address, "", f"{ownership.why}, so there is nothing to release", hint))
        elif not found and slug in account.unknown:
            what = f"{BY_SLUG[slug].nouns} cannot be read: {account.unknown[slug]}"
            problems.append(PlanProblem(address, "", what))
        elif not found:
            problems.append(PlanProblem(address, "", f"no object carries the ownership line of {workspace}/{address}"))
        elif len(found) > 1:
            ids = ", ".join(f"{live.id} ({live.url or live.name})" for live in found)
            hint = "One of them is a copy that a person made. Remove the line from the copy's description by hand."
            problems.append(PlanProblem(address, "", f"{len(found)} objects carry the ownership line: {ids}", hint))
        elif hides_what_was_written(found[0]) or _may_hide_an_input(found[0]):
            what = "PagerDuty may hold values that it does not show, and a write would lose them"
            problems.append(PlanProblem(address, "", what, "Remove the ownership line from its description by hand."))
        else:
            changes.append(_release(address, found[0], account.fetched_at))
    return Plan(
        workspace=workspace,
        subdomain=account.subdomain,
        manifest_digest="",
        changes=tuple(changes),
        problems=tuple(problems),
        includes=account.includes,
        fetched_at=account.fetched_at,
    )


def _of_objects(address: str, account: Account, workspace: str) -> set[str]:
    """The addresses of the objects that the manifest of an address made, where it may make several; else the address itself."""
    slug, key = Address.parse(address)
    manifest_key = BY_SLUG[slug].passing.manifest_key
    markers = [live.marker for live in account.objects.get(slug, ()) if live.marker is not None]
    made = {it.key for it in markers if it.workspace == workspace and manifest_key(it.key) == key}
    return {render_address(slug, it) for it in made} or {address}


def _may_hide_an_input(live: LiveObject) -> bool:
    """Whether it has a step with an input that PagerDuty never shows. A person may have entered it."""
    fact = BY_SLUG[live.kind].facts.actions
    steps = live.fields.get(fact.field) or () if fact is not None else ()
    return fact is not None and any(find_unshown(steps, steps, lambda it: fact.never_shown.get(function_of(it), ())))


def _release(address: str, live: LiveObject, moment: str) -> Change:
    kind = BY_SLUG[live.kind]
    names = kind.together(set(kind.marker_fields))
    fields = kind.passing.settle(dict(live.fields), moment)
    return Change(
        address=address,
        kind=live.kind,
        operation=Operation.RELEASE,
        name=live.name,
        id=live.id,
        url=live.url,
        values={name: value for name, value in fields.items() if name in names},
        before={**fields, MARKER_BEFORE: str(live.marker)},
        digest=live.digest(uncounted=mirrored_fields(kind.fields)),
        notes=("pdsync will no longer touch it; if it has a manifest, remove that or let it adopt the object again",),
    )
