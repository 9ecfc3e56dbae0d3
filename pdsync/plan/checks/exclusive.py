"""Exclusive containers: an object is in one of them at most, and may have a field of its own that says the same. Pure.

Terms. A *container* is an object whose kind declares `ExclusiveFact`, such as an alert grouping setting; what it refers to in one field
is *held*: the services whose alerts it groups. The *own field* of what is held says the same: `alert_grouping_parameters`.

PagerDuty refuses a second container of an object, and a write of the own field takes the object out of its container. So a container is written
once the one before has let go, the own field once none holds the object, and an object that no manifest here mentions is never taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pdsync.kinds import KINDS
from pdsync.model import Fields, LiveObject, Ref
from pdsync.model.exclusive import exclusive_kinds
from pdsync.model.fact import ExclusiveFact
from pdsync.model.kind import Kind
from pdsync.plan.change import Change
from pdsync.plan.checks.check import Blocker, ChangeNote, Check, Edge, Finding, PlanContext
from pdsync.plan.pairing.match import PlanProblem
from pdsync.plan.pairing.pair import Pair


class Exclusives(Check):
    """Keeps two containers, or a container and the own field, from taking an object away from each other."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for kind, fact in exclusive_kinds(KINDS):
            yield from _Containers(context, kind, fact).find()


@dataclass(frozen=True, slots=True)
class _Container:
    """A container that exists."""

    live: LiveObject
    address: str = ""
    """Of its manifest; empty where it has none."""
    is_implied: bool = False
    """True where PagerDuty made it from the own field."""


class _Containers:
    """The containers of one kind, before and after the plan."""

    def __init__(self, context: PlanContext, kind: Kind, fact: ExclusiveFact) -> None:
        self._context, self._kind, self._fact = context, kind, fact
        self._pairs = {address: it for address, it in context.paired.pairs.items() if it.kind is kind}
        self._going = {each.live.id: each for each in context.pending if each.live.kind == kind.slug}
        self._now: dict[Ref, _Container] = {}
        for live in context.account.implied.get(kind.slug, ()):
            self._note(_Container(live, is_implied=True), kind.map_fields(live.fields, context.paired.resolver.live))
        for live, fields in context.paired.others.values():
            if live.kind == kind.slug:
                self._note(_Container(live), fields)
        for address, pair in self._pairs.items():
            if pair.live is not None:
                self._note(_Container(pair.live, address), pair.before)

    def _note(self, container: _Container, fields: Fields) -> None:
        self._now |= dict.fromkeys(self._held(fields), container)

    def _held(self, fields: Fields) -> list[Ref]:
        return list(fields.get(self._fact.field) or ())

    def find(self) -> Iterator[Finding]:
        """What is in the way, and what must wait."""
        wanted: dict[Ref, str] = {}
        for address, pair in self._pairs.items():
            for ref in self._held(pair.after):
                if wanted.setdefault(ref, address) != address:
                    yield self._problem(pair, f"{self._shown(ref)} is in {wanted[ref]} too", "Keep it in one of them.")
            change = self._context.changes.get(address)
            if change is not None:
                yield from self._judge(pair, change)
        yield from self._find_leaving()
        for address, change in self._context.changes.items():
            owner = self._context.paired.pairs.get(address)
            if owner is not None and any(delta.field == self._fact.same_as for delta in change.deltas):
                yield from self._judge_own_field(owner, change, wanted)

    def _judge(self, pair: Pair, change: Change) -> Iterator[Finding]:
        """A container that is written."""
        before, after = self._held(pair.before), self._held(pair.after)
        if before and not set(before) & set(after):
            yield Blocker(
                change.address,
                f"none of its {self._fact.field} stays, and PagerDuty refuses that: write 'lifecycle: {{absent: true}}' here and "
                "a manifest with another metadata.name, so that this one is deleted and a new one created",
            )
        if change.address in self._context.pairing.inherited and pair.live is not None:
            yield ChangeNote(
                change.address,
                f"takes over {pair.live.id}, which PagerDuty created from {self._fact.same_as} of "
                f"{' and '.join(map(self._shown, before))}: nothing is deleted, and nothing is lost in between",
            )
            # Until then the records of the objects prove that it is pdsync's own work.
            yield from (Edge(ref.address, change.address) for ref in before if ref.address)
        for ref in after:
            container = self._now.get(ref)
            if container is not None and container.live is not pair.live:
                yield from self._judge_gain(change, ref, container)

    def _judge_gain(self, change: Change, ref: Ref, container: _Container) -> Iterator[Finding]:
        """An object that comes from another container."""
        going, shown = self._going.get(container.live.id), self._shown(ref)
        if container.address:
            yield Edge(change.address, container.address)
        elif going is not None and going.tombstone is None and _is_alike(change, going.live, self._fact.field):
            key = going.live.marker.key if going.live.marker is not None else ""
            message = f"has the same {self._fact.field}: to keep it write 'lifecycle: {{moved_from: {key}}}'"
            yield Blocker(change.address, f"{going.address} no longer has a manifest and {message}")
        elif going is not None:
            yield Edge(change.address, going.address)
        elif container.is_implied and self._resets(ref):
            yield Edge(change.address, ref.address or "")
            message = f"{shown} does not have it between its own change and this one"
            yield ChangeNote(change.address, f"{message}: PagerDuty takes it into one {self._kind.noun} only")
        else:
            yield Blocker(
                change.address,
                f"{shown} is in {self._name_of(container)}; PagerDuty refuses to put it into a second one. {self._way(container)}",
            )

    def _find_leaving(self) -> Iterator[Finding]:
        """What is deleted leaves its container, which goes with the last of what it holds."""
        for each in self._context.pending:
            container = self._now.get(each.ref)
            if container is None or container.is_implied or container.address or container.live.id in self._going:
                continue
            left = [ref for ref, it in self._now.items() if it is container and ref not in self._context.gone]
            end = "" if left else f"; that leaves it empty, so PagerDuty deletes the {self._kind.noun} too"
            yield ChangeNote(each.address, f"it leaves {self._name_of(container)}{end}")

    def _resets(self, ref: Ref) -> bool:
        """Whether the own field of an object goes with this plan."""
        change = self._context.changes.get(ref.address or "")
        return change is not None and any(it.is_reset and it.field == self._fact.same_as for it in change.deltas)

    def _judge_own_field(self, pair: Pair, change: Change, wanted: dict[Ref, str]) -> Iterator[Finding]:
        """An object whose own field is written."""
        name, container = self._fact.same_as, self._now.get(pair.ref)
        if pair.ref in wanted and name in pair.resource.fields:
            hint = f"Take {name} out here: {wanted[pair.ref]} says it from now on."
            yield self._problem(pair, f"{name}: {wanted[pair.ref]} has {pair.ref} too", hint)
        elif container is None or container.is_implied:
            return
        elif container.address or container.live.id in self._going:
            earlier = container.address or self._going[container.live.id].address
            yield Edge(change.address, earlier)
            yield ChangeNote(change.address, f"{name} is written after {earlier} has let go of it")
        else:
            held = f"{name}: it is in {self._name_of(container)}, and a write of {name} would take it out of that"
            yield Blocker(change.address, f"{held}. {self._way_back(container, change.defaults or {})}")

    def _way_back(self, container: _Container, defaults: Mapping[str, str]) -> str:
        """What to do about an own field that would take an object out of a container that stays."""
        name, marker, options = self._fact.same_as, container.live.marker, self._context.options
        there = f"{marker.kind}/{marker.key}" if marker is not None and marker.workspace == options.workspace else ""
        if there in {resource.address for resource in options.elsewhere}:
            return f"The manifest of {there} is not in the paths that were named: name its file too, or leave PATH out"
        where = f"Defaults ({place})" if (place := defaults.get(name)) else "manifest"
        return f"Take {name} out of the {where}, or the object out of the other one first"

    def _name_of(self, container: _Container) -> str:
        live, noun = container.live, self._kind.noun
        name = f" {live.name!r}" if live.name else ""
        if container.is_implied:
            return f"the {noun} {live.id}, which PagerDuty created from its {self._fact.same_as}"
        if live.marker is not None:
            return f"the {noun}{name} ({live.id}), which {live.marker.workspace}/{live.marker.kind}/{live.marker.key} manages"
        return f"the {noun}{name} ({live.id}), which is not managed here"

    def _way(self, container: _Container) -> str:
        """What to do about a container that stays."""
        if container.live.marker is not None:
            return "Take it out there first"
        line = f"write 'metadata: {{id: {container.live.id}}}' and 'lifecycle: {{adopt: true}}' in the manifest that is for it"
        return f"To take that one over, {line}; or take it out there first"

    def _shown(self, ref: Ref) -> str:
        return self._context.paired.resolver.shown(ref)

    def _problem(self, pair: Pair, message: str, hint: str) -> PlanProblem:
        return PlanProblem(pair.resource.address, str(pair.resource.source), message, hint)


def _is_alike(change: Change, live: LiveObject, name: str) -> bool:
    """Whether a new container has as many objects as one that goes; that they are the same ones is known by then."""
    return change.makes and len(change.values.get(name) or ()) == len(live.fields.get(name) or ())
