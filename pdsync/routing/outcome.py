"""The result of an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pdsync.model import Ref
from pdsync.routing.event import TRIGGER, Event
from pdsync.routing.trace import SetTrace, Undecided

End = Literal["service", "unrouted", "dropped", "unknown"]
"""Where an event ends. `unknown`: a document that decides it is not known here."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What the rules add to the alert and the incident of an event."""

    suppressed: bool = False
    suspended_s: int = 0
    """For how long the alert waits before it opens an incident."""
    priority: Ref | None = None
    escalation_policy: Ref | None = None
    """The policy that goes before that of the service."""
    note: str | None = None
    """The note on the incident."""
    incident_fields: Mapping[Ref, str] = field(default_factory=dict)
    """The custom fields of the incident that are set, with their values."""
    webhooks: tuple[str, ...] = ()
    """The names of webhooks that go with the incident."""
    automation_actions: tuple[Ref, ...] = ()
    """The automation actions that go with it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an event, with the way to it."""

    end: End
    event: Event
    """The event as the rules left it."""
    service: Ref | None = None
    """The service whose alert it is; None unless it ends at one."""
    effects: Effects = Effects()
    variables: Mapping[str, str] = field(default_factory=dict)
    """All variables that rules took out of the event; of one name, the last."""
    trace: tuple[SetTrace, ...] = ()
    notes: tuple[str, ...] = ()
    """What is not known here, and so did not count."""
    assumed: tuple[Undecided, ...] = ()
    """The rules that were assumed to match although that is undecided; none in the first outcome."""
    undecided: tuple[Undecided, ...] = ()
    """The rules that were assumed not to match although that is undecided."""
    alternatives: tuple[Outcome, ...] = ()
    """What comes out where undecided rules match; only the first outcome has some."""
    cut_short: bool = False
    """True where there are more alternatives than are reported."""

    @property
    def severity(self) -> str | None:
        """The severity of the alert; None: none was sent or set."""
        value = self.event.fields.get("severity")
        return str(value) if value is not None else None

    @property
    def event_action(self) -> str:
        """What the event does to the alert: ``trigger``, ``acknowledge`` or ``resolve``."""
        return self.event.action

    @property
    def unrouted(self) -> bool:
        """No service has it, so it opens no incident."""
        return self.end == "unrouted"

    @property
    def dropped(self) -> bool:
        """A rule dropped it: there is no alert."""
        return self.end == "dropped"

    @property
    def opens_incident(self) -> bool:
        """Whether it opens an incident, as far as the rules decide that."""
        return self.end == "service" and not self.effects.suppressed and self.event_action == TRIGGER

    @property
    def result(self) -> tuple[Any, ...]:
        """What decides who is paged and how: two outcomes with the same result are the same to people."""
        effects = self.effects
        return (
            self.end,
            self.service,
            effects.suppressed,
            effects.suspended_s,
            effects.priority,
            effects.escalation_policy,
            self.severity,
            self.event_action,
        )
