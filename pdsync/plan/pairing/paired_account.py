"""The account with its manifests: all pairs, and the live objects that no manifest describes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Canonical, Fields, Kind, LiveObject, Ref, Resource
from pdsync.model.child import align_lists
from pdsync.model.kind import ChildItems
from pdsync.model.last_applied import LastApplied, parse_last_applied
from pdsync.model.last_applied_v1 import RecordV1
from pdsync.oncall.hand_off import keep_present
from pdsync.plan.option import PlanOptions
from pdsync.plan.pairing.ended_layer import find_ended_layers
from pdsync.plan.pairing.match import Pairing, PlanProblem
from pdsync.plan.pairing.open_field import Recorded, meet_live, with_dropped_parts
from pdsync.plan.pairing.pair import Pair, normal_lists
from pdsync.plan.pairing.resolver import RecordedRefs, Resolution, Resolver

if TYPE_CHECKING:
    from pdsync.plan.pairing.shared_field import Undeclared

_REFUSED_HINT = "Remove it from the manifest, or use a token and an account that can read it."


@dataclass(slots=True)
class PairedAccount:
    """Everything that the account holds and will hold, with references in normal form."""

    pairs: dict[str, Pair]
    others: dict[Ref, tuple[LiveObject, Fields]]
    """Live objects without a manifest, by their reference."""
    resolver: Resolver

    def after(self, gone: frozenset[Ref] = frozenset()) -> Iterator[tuple[Ref, Fields]]:
        """Every object that will exist, with the fields it will have."""
        for pair in self.pairs.values():
            yield pair.ref, pair.after
        for ref, (_, fields) in self.others.items():
            if ref not in gone:
                yield ref, fields

    def before(self) -> Iterator[tuple[Ref, Fields]]:
        """Every object that exists now, with the fields it has."""
        for pair in self.pairs.values():
            if pair.live is not None:
                yield pair.ref, pair.before
        for ref, (_, fields) in self.others.items():
            yield ref, fields

    def lingering(self, gone: frozenset[Ref], now: str) -> Iterator[tuple[Ref, Fields]]:
        """Every object after the plan, with what is taken out of it and lasts some time longer."""
        for ref, fields in self.after(gone):
            kind = BY_SLUG[ref.kind]
            if kind.passing.linger is not None:
                live = self.pairs[ref.address].live if ref.address else self.others[ref][0]
                if live is not None:
                    fields = kind.passing.linger(fields, kind.map_fields(live.fields, self.resolver.live), now)
            yield ref, fields

    def during(self) -> Iterator[tuple[Ref, Fields]]:
        """Every object with all that it may hold at some moment of the apply, as far as memberships come from it."""
        for pair in self.pairs.values():
            facts = pair.kind.facts
            names = [facts.teams, facts.on_call.field] if facts.teams and facts.on_call else []
            yield pair.ref, {name: [*_items(pair.before.get(name)), *_items(pair.after.get(name))] for name in names}
        for ref, (_, fields) in self.others.items():
            yield ref, fields


def _items(value: Canonical) -> Iterable[Canonical]:
    """The items of a list; of a field that holds one reference, that one."""
    return value if isinstance(value, list | tuple) else () if value is None else (value,)


def build_paired_account(
    resources: Sequence[Resource], account: Account, pairing: Pairing, options: PlanOptions
) -> tuple[PairedAccount, tuple[PlanProblem, ...]]:
    """Resolves every reference. What cannot be resolved is a problem of the manifest that names it."""
    resolver = Resolver(account, pairing)
    builder = _Builder(
        resolver, RecordedRefs(resources, account, pairing, options.workspace), account, pairing, options
    )
    problems: list[PlanProblem] = []
    pairs: dict[str, Pair] = {}
    for resource in resources:
        pair, found = builder.build(resource)
        pairs[resource.address] = pair
        problems += found
    others = {
        Ref(live.kind, "id", live.id): (live, _normal_fields(BY_SLUG[live.kind], live, resolver, account.fetched_at))
        for group in account.objects.values()
        for live in group
        if (live.kind, live.id) not in pairing.addresses
    }
    return PairedAccount(pairs, others, resolver), tuple(problems)


@dataclass(frozen=True, slots=True)
class _Builder:
    """Makes the pairs of one plan."""

    resolver: Resolver
    refs: RecordedRefs
    account: Account
    pairing: Pairing
    options: PlanOptions

    def build(self, resource: Resource) -> tuple[Pair, list[PlanProblem]]:
        """The pair of a manifest, and what is wrong with its references."""
        kind, resolver, moment = BY_SLUG[resource.kind], self.resolver, self.account.fetched_at
        live = self.pairing.live.get(resource.address)
        resolution = Resolution(resource, kind, resolver, set(resource.lifecycle.ignore) if live is not None else set())
        written = resolution.fields()
        fields = kind.passing.settle(self._with_taken(resource, written), moment)
        before = held = _normal_fields(kind, live, resolver, moment) if live is not None else {}
        hand_off = None
        if live is not None and resource.lifecycle.hand_off_aware:
            hand_off = keep_present(fields, before, moment)
            if hand_off is not None:
                fields = {**fields, **hand_off.fields}
        marker = live.marker if live is not None and resource.address not in self.pairing.unmarked else None
        last = parse_last_applied(marker)
        if live is not None and kind.open_fields:
            fields, before = self._meet(resource, fields, before, last)
        before = {**before, **_written_in_steps(resource, kind, (fields, before, held), moment)}
        undeclared: Mapping[str, Undeclared] = {}
        if live is not None and resource.gathered:
            from pdsync.plan.pairing.shared_field import OwnLine, keep_undeclared

            line = OwnLine(marker is not None, last)
            fields, before, undeclared = keep_undeclared(resource, kind, (fields, before), line, self.refs.was_field)
        _note_refused(resolution, live, fields)
        children, unread = self._readable(resource, resolution.child_lists(), last)
        children_before = normal_lists(kind, live, resolver) if live is not None else {}
        exclusive = [name for name, mode in resource.modes.items() if mode == "exclusive" and name in children]
        children = align_lists(kind.children, children, children_before)
        children, unclear = kind.complete(children, children_before, exclusive)
        for name, message, hint in unclear:
            resolution.problem(name, f"{name}: {message}", hint)
        pair = Pair(
            resource,
            kind,
            live,
            fields,
            children,
            self.refs,
            written,
            before,
            held,
            children_before=children_before,
            hand_off=hand_off,
            undeclared=undeclared,
            unread=unread,
            last=last,
            last_v1=RecordV1(marker) if marker is not None else None,
            keeps_removed=self.options.removed_fields == "keep",
        )
        resolution.note_duplicate_items(pair)
        if kind.rotates:
            _note_ended(resolution, kind, written, live, moment)
        return pair, [] if kind.nouns in unread else resolution.problems

    def _readable(
        self, resource: Resource, children: ChildItems, last: LastApplied | None
    ) -> tuple[ChildItems, Mapping[str, str]]:
        """The desired child lists that another host shows, and why others that are named or on record are unknown, by name; for a kind that
        is unknown as a whole, by its own. What the references of such a kind lead to may be unknown for the same reason."""
        kind, ignored = BY_SLUG[resource.kind], resource.lifecycle.ignore
        if kind.host != "rest" and kind.slug in self.account.unknown:
            return children, {kind.nouns: self.account.unknown[kind.slug]}
        if not self.account.unknown_lists:
            return children, {}
        unread = {
            name: why
            for name, why in self.account.unknown_lists.items()
            if name in children
            or (kind.child(name) is not None and name not in ignored and last is not None and last.of_list(name))
        }
        return {name: items for name, items in children.items() if name not in unread}, unread

    def _meet(
        self, resource: Resource, fields: Fields, before: Fields, last: LastApplied | None
    ) -> tuple[Fields, Fields]:
        """Both sides with what the other one knows about open fields."""
        kind = BY_SLUG[resource.kind]
        fields = with_dropped_parts(kind, fields, before, last, keep=self.options.removed_fields == "keep")
        recorded = Recorded(last, self.refs.was_field, resource.address in self.options.send_secrets)
        return meet_live(kind, fields, before, recorded)

    def _with_taken(self, resource: Resource, written: Fields) -> Fields:
        """The fields with what a new object takes over from the one that it replaces. That is not on record: the manifest does not say it."""
        replaced = self.pairing.replaced.get(resource.address)
        return {**written, **replaced.taken} if replaced is not None else written


def _note_refused(resolution: Resolution, live: LiveObject | None, fields: Fields) -> None:
    for name, why in live.unknown.items() if live is not None else ():
        if name in fields:
            resolution.problem(name, f"{name}: PagerDuty refuses to show it: {why}", _REFUSED_HINT)


def _note_ended(resolution: Resolution, kind: Kind, written: Fields, live: LiveObject | None, moment: str) -> None:
    zone = str(written.get(kind.zone_field or "") or "Etc/UTC")
    for place, message, hint in find_ended_layers(written, live, moment, zone):
        resolution.problem(place, message, hint)


def _written_in_steps(resource: Resource, kind: Kind, values: tuple[Fields, Fields, Fields], moment: str) -> Fields:
    """The desired fields of which no step is left, although they differ from the live ones."""
    fields, before, held = values
    done: Fields = {}
    for name in kind.stepped & fields.keys() & held.keys():
        load = kind.fields_by_name[name].stepped
        if load is None or fields[name] == before[name]:
            continue
        if load().is_done(fields[name], held[name], moment, at_once=resource.lifecycle.at_once):
            done[name] = fields[name]
    return done


def _normal_fields(kind: Kind, live: LiveObject, resolver: Resolver, moment: str) -> Fields:
    """The fields of a live object with references in normal form, without what is past."""
    return kind.passing.settle(kind.map_fields(live.fields, resolver.live), moment)
