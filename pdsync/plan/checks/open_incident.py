"""Holds: open incidents that stand in the way of a delete, and who takes them over. Pure.

What PagerDuty refuses: a user whom incidents are assigned to (API description, DELETE /users), a schedule in the snapshot of
a policy that an incident follows (terraform-provider-pagerduty #567, #902). A policy that incidents follow, and a service
that has some, are treated alike: whether PagerDuty refuses those is not known, and nobody may stop being woken unseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pdsync.kinds import BY_SLUG
from pdsync.kinds.user import STAKEHOLDERS
from pdsync.model import Account, Fields, OpenIncident, Ref
from pdsync.model.address import Address, render_address
from pdsync.plan.change import Change
from pdsync.plan.checks.responder import has_responder
from pdsync.plan.diff.deletion import Doomed
from pdsync.plan.option import PlanOptions
from pdsync.plan.order import Graph
from pdsync.plan.pairing.match import PlanProblem
from pdsync.plan.pairing.paired_account import PairedAccount
from pdsync.plan.reassignment import Moved, Reassignment

OPTION = "--reassign-incidents-to"
_SHOWN = 3
_LONGEST_TITLE = 80
_SAYS = {
    "user": "assigned to this person",
    "schedule": "following a policy that uses it, and hold it until they are closed",
    "escalation_policy": "following it",
    "service": "on it and would end with it",
}
_REFUSED = ("user", "schedule")
"""Kinds whose delete PagerDuty itself refuses while incidents hold them."""


@dataclass(frozen=True, slots=True)
class Taker:
    """Who is given the incidents."""

    ref: Ref
    id: str
    """Empty while it does not exist yet."""
    name: str


def hold_back(
    paired: PairedAccount, account: Account, change: Change, each: Doomed, taker: Taker | None, options: PlanOptions
) -> Change:
    """The delete with what open incidents mean for it: a blocker, a note, or the step that comes before."""
    if account.incidents is None:
        return _unread(change, account.incidents_unread)
    if change.kind == "team":
        count = sum(change.id in incident.teams for incident in account.incidents)
        what = "1 open incident loses its team" if count == 1 else f"{count} open incidents lose their team"
        return replace(change, notes=(*change.notes, f"{what}: everybody can see them then")) if count else change
    held = list(_held(paired, account.incidents, each))
    if not held:
        return _with_snapshot_note(change, len(account.incidents))
    why = _why_not(change, held, taker, options)
    if why or taker is None:
        return replace(change, blockers=(*change.blockers, f"{_listing(change.kind, held)}; {why}"))
    return replace(change, reassign=Reassignment(taker.ref, taker.name, tuple(map(Moved.of, held))))


def reassignment_edges(graph: Graph, changes: Mapping[str, Change]) -> None:
    """Incidents are given away after whoever gets them has changed: a policy may let go of the very schedule."""
    for address, change in changes.items():
        taker = change.reassign.to.address if change.reassign else None
        if taker is not None and taker in changes:
            graph.add(address, taker)


def find_taker(
    paired: PairedAccount, options: PlanOptions, gone: frozenset[Ref]
) -> tuple[Taker | None, list[PlanProblem]]:
    """Who `options.reassign_to` means, by key, email or name; or why that cannot be."""
    if not options.reassign_to:
        return None, []
    kind, text = Address.parse(options.reassign_to)
    found = dict(_candidates(paired, kind, text))
    if len(found) != 1:
        what = (
            f"{len(found)} objects have this name: {', '.join(sorted(it.id for it in found.values()))}" if found else ""
        )
        hint = (
            "Name one that has a manifest, by its key." if found else f"Name a manifest or an existing {_noun(kind)}."
        )
        return None, [_problem(options, what or "neither a manifest nor the account has it", hint)]
    ((ref, taker),) = found.items()
    after = dict(paired.after(gone))
    if ref in gone:
        return None, [_problem(options, "is deleted by this plan itself", "Name another one.")]
    role = after[ref].get("role")
    if role in STAKEHOLDERS:
        return None, [
            _problem(options, f"is a stakeholder ({role}) and cannot be given incidents", "Name another one.")
        ]
    if kind == "escalation_policy" and not has_responder(ref, after):
        return None, [_problem(options, "reaches nobody on any level", "Name another one.")]
    return taker, []


def _candidates(paired: PairedAccount, kind: str, text: str) -> Iterator[tuple[Ref, Taker]]:
    pair = paired.pairs.get(render_address(kind, text))
    if pair is not None:
        yield pair.ref, Taker(pair.ref, pair.live.id if pair.live else "", pair.resource.name)
        return
    for ref, fields in paired.before():
        named = str(fields.get("email" if "@" in text and kind == "user" else "name") or "")
        if ref.kind == kind and named.casefold() == text.casefold():
            yield ref, Taker(ref, _id(paired, ref), str(fields.get("name")))


def _id(paired: PairedAccount, ref: Ref) -> str:
    live = paired.pairs[ref.address].live if ref.address else None
    return live.id if live else ref.value


def _held(paired: PairedAccount, incidents: Sequence[OpenIncident], each: Doomed) -> Iterator[OpenIncident]:
    live = each.live
    users = {
        _id(paired, ref) for ref, fields in paired.before() if live.kind == "schedule" and _names(ref, fields, each.ref)
    }
    for incident in incidents:
        holds = {
            "user": live.id in incident.assignees,
            "schedule": incident.escalation_policy in users,
            "escalation_policy": incident.escalation_policy == live.id,
            "service": incident.service == live.id,
        }
        if holds.get(live.kind):
            yield incident


def _names(holder: Ref, fields: Fields, ref: Ref) -> bool:
    """The snapshots of incidents cannot be read: the policies as they are now stand for them."""
    return holder.kind == "escalation_policy" and any(it == ref for _, it in BY_SLUG[holder.kind].refs_of(fields))


def _why_not(change: Change, held: Sequence[OpenIncident], taker: Taker | None, options: PlanOptions) -> str:
    """Why they are not reassigned, with what to do; empty where they are."""
    if change.kind == "service":
        return "resolve them first: an incident cannot be given to another service"
    if taker is None:
        return f"resolve or reassign them first, or add {OPTION} KIND/NAME"
    if change.kind != "user" and taker.ref.kind == "user":
        return f"a person does not take them out of the policy: name another escalation policy with {OPTION}"
    if taker.id and any(incident.escalation_policy == taker.id for incident in held) and taker.ref.kind != "user":
        return f"some of them follow {taker.name!r} already, so giving them to it changes nothing: name another one with {OPTION}"
    if not options.has_from:
        return "an account-level key needs a From address to reassign them: set 'from' in pdsync.yaml or --from"
    return ""


def _listing(kind: str, held: Sequence[OpenIncident]) -> str:
    shown = ", ".join(f"#{it.number} {_short(it.title)!r}{f' ({it.url})' if it.url else ''}" for it in held[:_SHOWN])
    more = f" and {len(held) - _SHOWN} more" if len(held) > _SHOWN else ""
    verb = "1 open incident is" if len(held) == 1 else f"{len(held)} open incidents are"
    return f"{verb} {_SAYS[kind]}: {shown}{more}"


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"


def _with_snapshot_note(change: Change, count: int) -> Change:
    """A policy may have let go of the schedule after an incident began, and then nothing in the API says so."""
    if change.kind != "schedule" or not count:
        return change
    some = "the open incident" if count == 1 else f"one of the {count} open incidents"
    note = f"PagerDuty refuses this if {some} began when a policy still used it"
    return replace(change, notes=(*change.notes, note))


def _unread(change: Change, why: str) -> Change:
    if not why:
        return change  # nobody has asked
    if change.kind in _REFUSED:
        note = f"{why}; where one holds it PagerDuty refuses the delete"
        return replace(change, notes=(*change.notes, note))
    if change.kind == "team":
        return change
    blocker = f"whether open incidents are {_SAYS[change.kind]} cannot be told: {why}"
    return replace(change, blockers=(*change.blockers, blocker))


def _problem(options: PlanOptions, message: str, hint: str) -> PlanProblem:
    return PlanProblem(options.reassign_to, "", f"{OPTION}: {message}", hint)


def _noun(kind: str) -> str:
    return kind.replace("_", " ")
