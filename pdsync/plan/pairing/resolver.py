"""Resolves references, so that desired and live values point at the same thing in the same words. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject, Ref, Resource
from pdsync.model.codec.reference import SHIFT_SCHEDULE
from pdsync.model.suggestion import did_you_mean
from pdsync.plan.pairing.match import Pairing, PlanProblem

LOCAL_KINDS = frozenset({"contact_method"})
"""References inside one object; they are resolved when its children are written."""


class Resolver:
    """Turns references into keys where a manifest manages the target, else into ids."""

    def __init__(self, account: Account, pairing: Pairing) -> None:
        self._account = account
        self._pairing = pairing
        self._by_name: dict[tuple[str, str], list[LiveObject]] = defaultdict(list)
        self._by_email: dict[str, LiveObject] = {}
        for group in account.objects.values():
            for live in group:
                self._by_name[live.kind, live.name.casefold()].append(live)
                if live.kind == "user":
                    self._by_email[str(live.fields.get("email"))] = live
        self._shifts = _shift_schedules(account)
        self.labels: dict[str, str] = {}
        """How to show references to objects that have no manifest: their names, by the text of the reference."""

    @cached_property
    def _held(self) -> frozenset[Ref]:
        """What live objects refer to. A deleted user keeps his turn in a schedule (app-sre/qontract-reconcile #2074), and a
        manifest must be able to say so: leaving him out would move everybody else's turn."""
        return frozenset(
            ref
            for group in self._account.objects.values()
            for live in group
            for _, ref in BY_SLUG[live.kind].refs_of(dict(live.fields))
        )

    def live(self, ref: Ref) -> Ref:
        """The normal form of a reference found in the account."""
        if ref.by != "id" or ref.kind in LOCAL_KINDS:
            return ref
        address = self._pairing.addresses.get((ref.kind, ref.value))
        if address is not None:
            return Ref.of_address(address)
        self._label(ref)
        return ref

    def _label(self, ref: Ref) -> None:
        target = self._account.find(ref.kind, ref.value)
        name = self._shifts.get(ref.value, "") if ref.kind == SHIFT_SCHEDULE else target.name if target else ""
        if name:
            self.labels[str(ref)] = name

    def shown(self, ref: Ref) -> str:
        """A reference in normal form as people know it: the address of a manifest, or name and id."""
        label = self.labels.get(str(ref))
        return f"{ref.kind.replace('_', ' ')} {label!r} ({ref.value})" if label is not None else str(ref)

    def desired(self, ref: Ref, resource: Resource, problems: list[PlanProblem], field: str) -> Ref:
        """The normal form of a reference in a manifest; one that leads nowhere is a problem."""
        if ref.by == "key" or ref.kind in LOCAL_KINDS:
            return ref

        def problem(message: str, hint: str = "") -> Ref:
            source = str(resource.positions.get(field, resource.source))
            problems.append(PlanProblem(resource.address, source, f"{field}: {message}", hint))
            return ref

        noun = ref.kind.replace("_", " ")
        if ref.kind == "vendor":
            return self._vendor(ref, problem)
        if ref.by == "id":
            if ref.kind == "schedule" and ref.value in self._shifts:
                return self.live(Ref(SHIFT_SCHEDULE, "id", ref.value))
            gone = ref.kind in self._account.complete_for and self._account.find(ref.kind, ref.value) is None
            if gone and ref not in self._held:
                hint = "A shift-based schedule is known only once a policy uses it." if ref.kind == "schedule" else ""
                return problem(f"the account has no {noun} with the id {ref.value}", hint)
            return self.live(ref)
        if ref.by == "email":
            user = self._by_email.get(ref.value)
            if user is None:
                return problem(f"the account has no user {ref.value}", "Write a User manifest, or correct the address.")
            return self.live(Ref("user", "id", user.id))
        found = [Ref(ref.kind, "id", live.id) for live in self._by_name.get((ref.kind, ref.value.casefold()), [])]
        if ref.kind == "schedule":
            found += self._shifts_named(ref.value)
        if len(found) != 1:
            ids = ", ".join(sorted(other.value for other in found))
            what = f"{len(found)} of the name {ref.value!r}: {ids}" if found else f"no {noun} of the name {ref.value!r}"
            return problem(f"the account has {what}", "Refer to it by {id: ...}." if found else "")
        return self.live(found[0])

    def _shifts_named(self, name: str) -> list[Ref]:
        return [
            Ref(SHIFT_SCHEDULE, "id", identity)
            for identity, known in self._shifts.items()
            if known.casefold() == name.casefold() and self._account.find("schedule", identity) is None
        ]

    def _vendor(self, ref: Ref, problem: Callable[[str, str], Ref]) -> Ref:
        if ref.by == "id":
            return ref
        identity = self._account.vendors.get(ref.value.casefold())
        if identity is None:
            near = did_you_mean(ref.value, self._account.vendors)
            return problem(f"PagerDuty lists no vendor {ref.value!r}", near)
        found = Ref("vendor", "id", identity)
        self.labels[str(found)] = ref.value
        return found


def _shift_schedules(account: Account) -> dict[str, str]:
    """Names of the shift-based (version 3) schedules that live policies use, by id: no list of version 2 holds them."""
    found: dict[str, str] = {}
    for live in account.objects.get("escalation_policy", ()):
        for rule in live.raw.get("escalation_rules") or ():
            for target in rule.get("targets") or ():
                if str(target.get("type", "")).removesuffix("_reference") == SHIFT_SCHEDULE:
                    found[str(target.get("id"))] = str(target.get("summary") or "")
    return found
