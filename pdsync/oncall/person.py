"""A person who can be paged: which contact method is used how many minutes after an incident is assigned."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pdsync.model import Canonical, Ref
from pdsync.model.codec.contact_method import method_name, without_country

Urgency = Literal["high", "low"]
URGENCIES: tuple[Urgency, ...] = ("high", "low")
_WORDS = {
    "email_contact_method": "email",
    "phone_contact_method": "phone",
    "sms_contact_method": "SMS",
    "whatsapp_contact_method": "WhatsApp",
    "push_notification_contact_method": "push",
}


@dataclass(frozen=True, slots=True, order=True)
class Ring:
    """One notification: minutes after the assignment, and how it comes. Numbers and addresses are left out."""

    after_min: int
    method: str


Lack = Literal["contact_methods", "high", "low"]
"""What a person lacks, so that they cannot be reached: any contact method, or a rule for incidents of that urgency."""


@dataclass(frozen=True, slots=True)
class Person:
    """How a person is notified, as far as it is known: manifests may leave out contact methods and notification rules."""

    ref: Ref
    name: str
    rings: Mapping[Urgency, tuple[Ring, ...]] = field(default_factory=dict)
    """An urgency that is not here is not known."""
    whole: bool = False
    """True where these are all: the person has no rules of their own besides them."""
    has_no_method: bool = False
    """True where it is known that the person has no contact method."""

    @property
    def is_known(self) -> bool:
        """Whether it is known for every urgency if the person is notified."""
        return all(urgency in self.rings for urgency in URGENCIES)

    @property
    def lacks(self) -> frozenset[Lack]:
        """What the person is known to lack."""
        if self.has_no_method:
            return frozenset({"contact_methods"})
        return frozenset(urgency for urgency in URGENCIES if self.is_silent(urgency))

    def is_silent(self, urgency: Urgency) -> bool:
        """True where it is known that the person is not notified, although they are on call."""
        return self.rings.get(urgency) == ()


def read_person(
    ref: Ref,
    fields: Mapping[str, Canonical],
    children: Mapping[str, Sequence[Mapping[str, Canonical]]],
    whole: Collection[str],
) -> Person:
    """The person of canonical fields and child lists. `whole` names the lists that hold all that the account has.

    A list that is not whole shows only some items: people add methods and rules themselves. A rule goes with its contact
    method, so a person without any method has no rule either.
    """
    name = str(fields.get("name") or ref.value)
    methods = children.get("contact_methods") if "contact_methods" in whole else None
    if methods is not None and not methods:
        return Person(ref, name, dict.fromkeys(URGENCIES, ()), whole=True, has_no_method=True)
    rules, is_whole = children.get("notification_rules"), "notification_rules" in whole
    if rules is None:
        return Person(ref, name)
    held = {without_country(method_name(method)) for method in methods} if methods is not None else None
    rings: dict[Urgency, list[Ring]] = {urgency: [] for urgency in URGENCIES}
    for rule in rules:
        method = rule["contact_method"]
        text = str(method.value) if isinstance(method, Ref) else ""
        urgency: Urgency = "low" if rule.get("urgency") == "low" else "high"
        if held is None or without_country(text) in held:
            kind = text.partition(" ")[0]
            rings[urgency].append(Ring(int(rule.get("start_delay_in_minutes") or 0), _WORDS.get(kind, "other")))
    known = {urgency: tuple(sorted(set(found))) for urgency, found in rings.items() if found or is_whole}
    return Person(ref, name, known, whole=is_whole)
