"""A person who can be paged: which contact method rings how many minutes after an incident is assigned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pdsync.kinds.user import method_name, without_country
from pdsync.model import Canonical, Ref

Urgency = Literal["high", "low"]
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


@dataclass(frozen=True, slots=True)
class Person:
    """What is not in `rings` is not known: manifests need not manage notification rules."""

    ref: Ref
    name: str
    rings: Mapping[Urgency, tuple[Ring, ...]] = field(default_factory=dict)

    def is_silent(self, urgency: Urgency) -> bool:
        """True where it is known that nothing rings, though the person is on call."""
        return self.rings.get(urgency) == ()


def read_person(
    ref: Ref,
    fields: Mapping[str, Canonical],
    children: Mapping[str, Sequence[Mapping[str, Canonical]]],
    *,
    complete: bool,
) -> Person:
    """The person of canonical fields and child lists. `complete`: the lists hold all that the account has.

    Else only an urgency for which a rule is listed is known, as people add rules of their own.
    """
    name = str(fields.get("name") or ref.value)
    rules, methods = children.get("notification_rules"), children.get("contact_methods")
    if rules is None or not (complete or rules):
        return Person(ref, name)
    held = {without_country(method_name(method)) for method in methods} if methods is not None and complete else None
    rings: dict[Urgency, list[Ring]] = {"high": [], "low": []}
    for rule in rules:
        method = rule["contact_method"]
        text = str(method.value) if isinstance(method, Ref) else ""
        urgency: Urgency = "low" if rule.get("urgency") == "low" else "high"
        if held is None or without_country(text) in held:
            kind = text.partition(" ")[0]
            rings[urgency].append(Ring(int(rule.get("start_delay_in_minutes") or 0), _WORDS.get(kind, "other")))
    known = {urgency: tuple(sorted(set(found))) for urgency, found in rings.items() if found or complete}
    return Person(ref, name, known)
