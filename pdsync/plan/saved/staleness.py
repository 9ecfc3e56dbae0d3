"""How a saved plan stands beside the account of today: each change valid, already done, or in conflict. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Canonical, LiveObject, Ref, encode
from pdsync.model.address import Address, without_interim
from pdsync.model.resolve import Bindings
from pdsync.plan.change import MARKER_BEFORE, Change, Operation
from pdsync.plan.plan import Plan
from pdsync.plan.saved.comparison import Claim, claim_of, digest_for, is_done, normal_children


class State(StrEnum):
    """Whether a change may still be written."""

    VALID = "valid"
    """The object is as it was planned against."""
    ALREADY = "already"
    """The object says already what the change would make it say."""
    CONFLICT = "conflict"
    """Somebody changed the object since; what they did would be overwritten unseen."""


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """One field in which the account moved: as it was approved, as it is, and as the plan wants it."""

    path: str
    approved: Canonical
    live: Canonical
    desired: Canonical

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "path": self.path,
            "approved": encode(self.approved),
            "live": encode(self.live),
            "desired": encode(self.desired),
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """How one change stands."""

    change: Change
    state: State
    message: str = ""
    """What is in the way, for a conflict."""
    differences: tuple[ThreeWay, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "address": self.change.address,
            "state": self.state.value,
            "message": self.message or None,
            "differences": [difference.to_json() for difference in self.differences],
        }


def compute_standings(plan: Plan, account: Account) -> tuple[Standing, ...]:
    """How every change of the plan stands, in its order. Nothing may be written while one is in conflict."""
    judge = _Judge(plan, account)
    found = {change.address: judge.judge(change) for change in plan.changes}
    for address, standing in found.items():
        # A swap that is over has no use for its interim name any more.
        holder = found.get(without_interim(address))
        interim = standing.change.operation is Operation.INTERIM
        if interim and holder is not None and holder.state is State.ALREADY:
            found[address] = Standing(standing.change, State.ALREADY)
    return tuple(found.values())


def find_unasked(plan: Plan, fresh: Plan, standings: Sequence[Standing]) -> tuple[str, ...]:
    """Addresses of changes, still valid, that a plan made now from the same manifests and options does not hold, or holds
    otherwise: the file says what nobody wrote, or time has passed over it."""
    asked = {change.address: _asked(change) for change in fresh.changes}
    return tuple(
        standing.change.address
        for standing in standings
        if standing.state is State.VALID
        and standing.change.operation is not Operation.INTERIM
        and asked.get(standing.change.address) != _asked(standing.change)
    )


def _asked(change: Change) -> Any:
    """What a change does. What it was before may be told in other words once other changes are done."""
    return encode(
        [
            change.operation.value,
            change.id,
            dict(change.values),
            dict(change.followup),
            change.marker,
            list(change.exclusive),
            [[delta.path, delta.after] for delta in change.deltas],
            [[item.list_name, item.operation.value, item.id, dict(item.values)] for item in change.children],
        ]
    )


class _Judge:
    def __init__(self, plan: Plan, account: Account) -> None:
        self._plan = plan
        self._account = account
        self._bindings = Bindings(plan.bindings)
        self._freed = plan.freed

    def judge(self, change: Change) -> Standing:
        if change.operation is Operation.CREATE:
            return self._judge_create(change)
        live = self._account.find(change.kind, change.id or "")
        if live is None:
            if change.operation is Operation.DELETE:
                return Standing(change, State.ALREADY)
            return Standing(change, State.CONFLICT, f"{change.id} was deleted since it was planned")
        if digest_for(change, live, self._bindings.id_of) == change.digest:
            return self._judge_targets(change)
        if is_done(change, live, self._bindings.to_key, self._account.fetched_at):
            return Standing(change, State.ALREADY)
        return Standing(change, State.CONFLICT, "somebody changed it since it was planned", self._compare(change, live))

    def _judge_create(self, change: Change) -> Standing:
        kind, key = Address.parse(change.address)
        index = self._account.index
        # What could be in the place of the object that a create would make; `claim_of` judges.
        near = {live.id: live for live in index.marked(kind, key, self._plan.workspace)}
        near.update((live.id, live) for live in index.named(kind, change.name))
        near.update((live.id, live) for live in index.alike(kind, BY_SLUG[kind].identity, change.values))
        claims = [(claim_of(change, live), live) for live in near.values()]
        ours = self._bind([live for claim, live in claims if claim is Claim.OURS], change)
        if len(ours) == 1 and is_done(change, ours[0], self._bindings.to_key, self._account.fetched_at):
            return Standing(change, State.ALREADY)
        if len(ours) == 1:
            message = f"it was made meanwhile, as {ours[0].id}"
            return Standing(change, State.CONFLICT, message, self._compare(change, ours[0]))
        if ours:
            return Standing(change, State.CONFLICT, f"more than one object is it: {_ids(ours)}")
        others = [live for claim, live in claims if claim is Claim.NAMESAKE and live.id not in self._freed]
        if others:
            return Standing(change, State.CONFLICT, f"the name {change.name!r} is taken by {_ids(others)}")
        return self._judge_targets(change)

    def _judge_targets(self, change: Change) -> Standing:
        """Valid, unless something that it refers to by id has another name now than the one that was reviewed."""
        found: set[Ref] = set()
        kind = BY_SLUG[change.kind]
        for values in (change.values, change.followup):
            found.update(ref for _, ref in kind.refs_of(values))
        for child in change.children:
            declared = kind.child(child.list_name)
            if declared is not None:

                def note(ref: Ref) -> Ref:
                    found.add(ref)
                    return ref

                declared.item.map_refs(child.values, note)
        for ref in sorted(found):
            label = self._plan.labels.get(str(ref))
            if label is None or ref.by != "id" or ref.kind not in self._account.complete_for:
                continue
            live = self._account.find(ref.kind, ref.value)
            if live is None or live.name != label:
                now = f"is called {live.name!r} now" if live is not None else "is gone"
                message = f"{ref.kind.replace('_', ' ')} {label!r} ({ref.value}), which it refers to, {now}"
                return Standing(change, State.CONFLICT, message)
        return Standing(change, State.VALID)

    def _bind(self, ours: list[LiveObject], change: Change) -> list[LiveObject]:
        """What an earlier run of this plan made is referred to by its key in the values of what follows."""
        if len(ours) == 1:
            self._bindings.bind(change.address, ours[0].id)
        return ours

    def _compare(self, change: Change, live: LiveObject) -> tuple[ThreeWay, ...]:
        kind = BY_SLUG[change.kind]
        now: dict[str, Canonical] = dict(
            kind.settle(kind.map_fields(live.fields, self._bindings.to_key), self._account.fetched_at)
        )
        for name in change.child_lists:
            now[name] = [dict(child.value) for child in normal_children(live, name, self._bindings.to_key)]
        wanted = _wanted(change)
        names = [*(f.name for f in kind.fields), *change.child_lists]
        found = [
            ThreeWay(name, change.before.get(name), now.get(name), wanted.get(name, change.before.get(name)))
            for name in names
            if now.get(name) != change.before.get(name) and (change.before or name in wanted)
        ]
        planned = _line(change.before)
        line = str(live.marker or "") or None
        if change.operation is not Operation.CREATE and line != planned:
            found.append(ThreeWay(OWNERSHIP, planned, line, change.marker))
        return tuple(found)


OWNERSHIP = "ownership line"


def _line(before: Mapping[str, Canonical]) -> str | None:
    return before.get(MARKER_BEFORE) or None


def _wanted(change: Change) -> dict[str, Canonical]:
    wanted: dict[str, Canonical] = {**change.values, **change.followup}
    for child in change.children:
        wanted.setdefault(child.list_name, []).append(f"{child.operation.value} {child.label}")
    return {} if change.operation is Operation.DELETE else wanted


def _ids(objects: Sequence[LiveObject]) -> str:
    return ", ".join(sorted(live.id for live in objects))
