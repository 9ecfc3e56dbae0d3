"""Resolves references, so that desired and live values point at the same thing in the same words. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property

from pdsync.kinds import BY_SLUG, Account, LiveObject, Ref, Resource
from pdsync.kinds.suggestion import did_you_mean
from pdsync.plan.match import Pairing, PlanProblem

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
            return Ref(ref.kind, "key", address.partition("/")[2])
        self._label(ref)
        return ref

    def _label(self, ref: Ref) -> None:
        target = self._account.find(ref.kind, ref.value)
        if target is not None:
            self.labels[str(ref)] = target.name

    def desired(self, ref: Ref, resource: Resource, problems: list[PlanProblem], field: str) -> Ref:
        """The normal form of a reference in a manifest; one that leads nowhere is a problem."""
        if ref.by == "key" or ref.kind in LOCAL_KINDS:
            return ref
        source = str(resource.positions.get(field, resource.source))

        def problem(message: str, hint: str = "") -> Ref:
            problems.append(PlanProblem(resource.address, source, f"{field}: {message}", hint))
            return ref

        noun = ref.kind.replace("_", " ")
        if ref.kind == "vendor":
            return self._vendor(ref, problem)
        if ref.by == "id":
            gone = ref.kind in self._account.complete_for and self._account.find(ref.kind, ref.value) is None
            if gone and ref not in self._held:
                return problem(f"the account has no {noun} with the id {ref.value}")
            return self.live(ref)
        if ref.by == "email":
            user = self._by_email.get(ref.value)
            if user is None:
                return problem(f"the account has no user {ref.value}", "Write a User manifest, or correct the address.")
            return self.live(Ref("user", "id", user.id))
        found: Sequence[LiveObject] = self._by_name.get((ref.kind, ref.value.casefold()), [])
        if len(found) != 1:
            ids = ", ".join(sorted(live.id for live in found))
            what = f"{len(found)} of the name {ref.value!r}: {ids}" if found else f"no {noun} of the name {ref.value!r}"
            return problem(f"the account has {what}", "Refer to it by {id: ...}." if found else "")
        return self.live(Ref(ref.kind, "id", found[0].id))

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
