"""The form of the impact in a plan: what is different for people who are paged."""

from __future__ import annotations

from typing import Annotated

from pdsync.oncall.finding import Severity
from pdsync.oncall.person import Lack
from pdsync.oncall.urgency import Alarm
from pdsync.plan.json_form import Count, Form, Moment, Positive, Source, says

_Start = Annotated[Moment, says("When it begins.")]
_End = Annotated[Moment, says("When it ends.")]


class NamedForm(Form, frozen=True):
    """An object of the account."""

    kind: Annotated[str, says("The kind of object.")]
    id: Annotated[str | None, says("The PagerDuty id; null for an object that is created.")]
    name: Annotated[str, says("The name in PagerDuty.")]
    address: Annotated[str | None, says("The manifest, as kind/name; null if it has none.")]


_Person = Annotated[NamedForm | None, says("The person; null if not known here.")]
_Service = Annotated[NamedForm, says("The service.")]


class ImpactRiskForm(Form, frozen=True):
    """The worst of an impact, as a named risk."""

    code: Annotated[
        str,
        says("What kind of risk it is.", enum=["current_on_call", "coverage_gap", "service_disabled", "unreachable"]),
    ]
    address: Annotated[str, says("The object that it is about.")]
    message: Annotated[str, says("The consequence, in a sentence.")]
    source: Source


class WhenForm(Form, frozen=True, rename={"start": "from", "end": "to"}):
    """A stretch of time."""

    start: _Start
    end: _End


class FindingForm(Form, frozen=True):
    """A rule that is broken."""

    rule: Annotated[str, says("Its name in pdsync.yaml.")]
    severity: Annotated[Severity, says("error or warning. A plan that breaks a rule with 'error' is refused.")]
    kind: Annotated[str, says("The kind of object that breaks it.")]
    name: Annotated[str, says("The name of the object in PagerDuty.")]
    message: Annotated[str, says("What is wrong, without the times.")]
    hint: Annotated[str | None, says("What to do.")]
    source: Source
    when: Annotated[tuple[WhenForm, ...], says("When it is broken.")]


class TurnForm(Form, frozen=True):
    """A person on call for one level of a policy."""

    user: Annotated[NamedForm, says("The person.")]
    policy: Annotated[NamedForm, says("The escalation policy.")]
    level: Annotated[Positive, says("The level of the policy.")]
    schedule: Annotated[NamedForm | None, says("The schedule; null for a target of the policy itself.")]
    source: Source


class MoveForm(Form, frozen=True):
    """A stretch of a schedule that another person has."""

    schedule: Annotated[NamedForm, says("The schedule.")]
    start: _Start
    end: _End
    before: Annotated[NamedForm | None, says("Who has the shift before; null for no one.")]
    after: Annotated[NamedForm | None, says("Who has the shift after; null for no one.")]
    source: Source
    others: Annotated[
        bool,
        says("True where other people are on call too, so that null at before or after does not mean that no one is."),
    ] = False


class GapForm(Form, frozen=True):
    """A stretch at which a policy pages no one at all, or a schedule has no one on call."""

    subject: Annotated[NamedForm, says("The policy or schedule.")]
    services: Annotated[
        tuple[NamedForm, ...],
        says("Services that move to this policy and so get or lose the gap; empty if the policy itself does."),
    ]
    start: _Start
    end: _End
    appears: Annotated[bool, says("False if the gap exists now and closes.")]
    source: Source


class ServiceForm(Form, frozen=True):
    """A service whose incidents go to another person first."""

    service: _Service
    before: Annotated[tuple[_Person, ...], says("Who was first.")]
    after: Annotated[tuple[_Person, ...], says("Who is first.")]
    policy_before: Annotated[NamedForm, says("Its policy before.")]
    policy: Annotated[NamedForm, says("Its policy after. It is the same one if that pages another person.")]
    source: Source


class AlarmForm(Form, frozen=True):
    """A service of which an incident was, and will be: high, low, low and raised later by a scheduled action, as urgent as the
    event is severe, or not made at all; or it is not known, because the account holds hours that cannot be read."""

    service: _Service
    before: Annotated[Alarm, says("The urgency of an incident before.")]
    after: Annotated[Alarm, says("The urgency of an incident after.")]
    start: Annotated[Moment, says("When the first stretch begins.")]
    end: Annotated[Moment, says("When the first stretch ends.")]
    seconds: Annotated[Positive, says("The length of all stretches together.")]
    source: Source


class MaintainedForm(Form, frozen=True):
    """A service that the plan touches and that pages no one now, because of a maintenance window."""

    service: _Service
    until: Annotated[Moment, says("When the maintenance ends.")]
    description: Annotated[str, says("The description of the maintenance window.")]


class SilenceForm(Form, frozen=True):
    """A service that pages no one at times, because of maintenance windows that the plan creates, changes or deletes."""

    service: _Service
    begins: Annotated[bool, says("False if the service pages again, because the plan deletes or shortens windows.")]
    start: Annotated[Moment, says("When the first stretch begins.")]
    end: Annotated[Moment, says("When the first stretch ends.")]
    stretches: Annotated[Positive, says("The number of stretches. Windows that overlap are one.")]
    seconds: Annotated[Positive, says("The length of all stretches together.")]
    source: Source


class TakeoverForm(Form, frozen=True):
    """A stretch of an override that the plan creates or deletes."""

    schedule: Annotated[NamedForm, says("The schedule.")]
    user: Annotated[NamedForm | None, says("The person of the override; null if not known here.")]
    start: _Start
    end: _End
    created: Annotated[bool, says("False if the plan deletes the override.")]
    relieved: Annotated[tuple[NamedForm, ...], says("Who is on call without the override and not with it.")]
    takes_over: Annotated[tuple[NamedForm, ...], says("Who is on call with the override and not without it.")]
    source: Source


class RemainderForm(Form, frozen=True):
    """A stretch at which no one is on call, next to the part of that gap that a new override covers."""

    schedule: Annotated[NamedForm, says("The schedule.")]
    start: _Start
    end: _End
    source: Source


class UnreachableForm(Form, frozen=True):
    """A person on call who cannot be reached, or not for an incident of one urgency."""

    user: Annotated[NamedForm, says("The person.")]
    lack: Annotated[Lack, says("What is missing: any contact method, or a notification rule for that urgency.")]
    through: Annotated[NamedForm, says("The policy or schedule that this person is on call through.")]
    source: Source


class LoadForm(Form, frozen=True):
    """How long a person is on call."""

    seconds: Annotated[Count, says("Hours on call through schedules.")]
    nights: Annotated[Count, says("Nights (22:00 to 06:00) with any time on call.")]
    weekends: Annotated[Count, says("Weekends with any time on call.")]


class LoadChangeForm(Form, frozen=True):
    """How much a person is on call, before and after."""

    user: Annotated[NamedForm, says("The person.")]
    before: Annotated[LoadForm, says("Before.")]
    after: Annotated[LoadForm, says("After.")]
    zone: Annotated[str, says("The zone in which nights and weekends are counted.")]


class UnknownForm(Form, frozen=True):
    """What could not be compared."""

    subject: Annotated[
        NamedForm,
        says(
            "The policy whose people, the person whose ways to be reached, or the service whose urgency is not known."
        ),
    ]
    why: Annotated[
        NamedForm,
        says("The target whose people are not known here, such as a shift-based schedule; otherwise the same object."),
    ]


class ImpactForm(Form, frozen=True, rename={"moment": "from"}):
    """What is different for people who are paged from the moment the account was read: on another day it is another one."""

    moment: Annotated[Moment, says("The moment.")]
    until: Annotated[Moment, says("How far ahead the comparison looks.")]
    overrides: Annotated[
        bool, says("Whether the overrides in the account are counted, of the schedules that the plan touches.")
    ]
    notes: Annotated[tuple[str, ...], says("What is not counted.")]
    risks: Annotated[tuple[ImpactRiskForm, ...], says("What is allowed but may be a mistake.")]
    breaches: Annotated[
        tuple[FindingForm, ...],
        says("Rules in pdsync.yaml that the plan breaks and that the account does not break now, or breaks less."),
    ]
    leaves: Annotated[tuple[TurnForm, ...], says("Who is on call now and will not be after the apply.")]
    joins: Annotated[tuple[TurnForm, ...], says("Who is not on call now and will be after the apply.")]
    moves: Annotated[tuple[MoveForm, ...], says("Shifts that move.")]
    gaps: Annotated[tuple[GapForm, ...], says("Coverage gaps that open or close.")]
    services: Annotated[tuple[ServiceForm, ...], says("Services whose first responder changes.")]
    alarms: Annotated[
        tuple[AlarmForm, ...], says("Services whose incidents get another urgency for a part of the time.")
    ]
    maintained: Annotated[
        tuple[MaintainedForm, ...], says("Services that the plan touches and that are under maintenance now.")
    ]
    silences: Annotated[
        tuple[SilenceForm, ...],
        says(
            "Services that page no one at times, or page again, because of maintenance windows. The time is not limited."
        ),
    ]
    takeovers: Annotated[
        tuple[TakeoverForm, ...], says("Overrides that the plan creates or deletes. The time is not limited.")
    ]
    remainders: Annotated[tuple[RemainderForm, ...], says("What remains uncovered next to new overrides.")]
    unreachable: Annotated[tuple[UnreachableForm, ...], says("People who can no longer be reached.")]
    loads: Annotated[
        tuple[LoadChangeForm, ...], says("People who are on call more, less, or at other times of the day or week.")
    ]
    unknown: Annotated[tuple[UnknownForm, ...], says("What could not be compared.")]


class SampleGroupForm(Form, frozen=True):
    """Sample events for which the same is different."""

    count: Annotated[Positive, says("The number of sample events.")]
    through: Annotated[str, says("The event orchestration or service that they enter.")]
    aspect: Annotated[
        str,
        says("The first differences.", enum=["paged", "destination", "suspended", "severity", "priority"]),
    ]
    message: Annotated[str, says("What would be, such as: would page Payments instead of Platform.")]
    examples: Annotated[tuple[str, ...], says("The summaries of the first of these events.")]


class SamplesForm(Form, frozen=True):
    """What happens to sample events before and after a plan."""

    source: Annotated[str, says("The source of the events: a file, or the account.")]
    total: Annotated[Count, says("The number of events.")]
    different: Annotated[
        Count,
        says("The number of events with a different result. An event that enters several orchestrations counts once."),
    ]
    groups: Annotated[tuple[SampleGroupForm, ...], says("The differences, the largest group first.")]
    notes: Annotated[tuple[str, ...], says("What is not known about the events.")]
    uncompared: Annotated[Count, says("The number of events whose result before the plan is unknown.")] = 0
