"""Sample events of a plan: what would happen to alerts that there were. Read and compared only where rules for events change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from msgspec.structs import replace as with_member

from pdsync.account.alert import MOST_INCIDENTS, fetch_recent_alerts
from pdsync.client import RestApiV2Client
from pdsync.engine.event_file import check_text, parse_json, raise_problems
from pdsync.engine.plan import Activity, Planned, silent
from pdsync.engine.prospect import rosters_of
from pdsync.engine.rule_document import fetch_rules, without_idle_rules
from pdsync.manifest.file import read_text
from pdsync.model import Account, ListPlace
from pdsync.model.instant import parse_instant
from pdsync.model.scope import Path, Problem
from pdsync.plan.saved.impact_form import SampleGroupForm, SamplesForm
from pdsync.routing.comparison import Comparison, Sides, compare_samples
from pdsync.routing.difference_text import difference_text
from pdsync.routing.documents import ORCHESTRATION, ORCHESTRATION_RULES, SERVICE_RULES
from pdsync.routing.event_check import find_event_problems
from pdsync.routing.sample import Sample, is_alert, sample_of_alert, sample_of_body

MAX_BYTES = 200_000_000
MOST_SERVICES = 100
"""Services whose rules are read for the sake of sample events; each costs a request."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Sample events, and where they are from."""

    source: str
    samples: tuple[Sample, ...]
    notes: tuple[str, ...] = ()


def load_samples(name: str) -> Samples:
    """The sample events of a file: a JSON array, JSON lines, or an answer of the REST API with alerts. Each is the body of an event, or an
    alert. Raises EventError."""
    text = check_text(name, read_text(name, MAX_BYTES))
    values = list(_lines(name, text)) if _is_lines(text) else _values(name, text)
    return Samples(name, tuple(map(_sample, values)))


def fetch_samples(client: RestApiV2Client, days: int) -> Samples:
    """The alerts of so many days up to now, as sample events. Raises the client's errors."""
    found = fetch_recent_alerts(client, days)
    notes = ["Suppressed and dropped alerts belong to no incident, so they are not included."]
    if found.is_cut:
        notes.append(f"Only the alerts of the newest {MOST_INCIDENTS} incidents are included.")
    source = "the last day" if days == 1 else f"the last {days} days"
    return Samples(source, tuple(map(sample_of_alert, found.alerts)), tuple(notes))


def with_samples(
    client: RestApiV2Client, planned: Planned, samples: Samples, *, activity: Activity = silent
) -> Planned:
    """The same plan, with what it changes for the sample events. Rules that the plan did not need are read as far as events come to them: a
    request for each document. Raises the client's errors."""
    moment = parse_instant(planned.account.fetched_at)
    if moment is None or planned.plan.problems:
        return planned
    notes: list[str] = []
    with activity("Comparing sample events"):
        account = without_idle_rules(planned.account)
        known = replace(planned, account=fetch_rules(client, account, _unread(account), notes.append))
        sides, found = _compare(known, samples, int(moment.timestamp()))
        missing = _unread_services(known.account, found)
        if missing:
            asked = missing[:MOST_SERVICES]
            known = replace(known, account=fetch_rules(client, known.account, asked, notes.append))
            sides, found = _compare(known, samples, int(moment.timestamp()))
    notes = _notes(found, len(missing) - MOST_SERVICES)
    return replace(
        planned,
        plan=with_member(planned.plan, samples=_form(sides, replace(samples, notes=(*samples.notes, *notes)), found)),
    )


def _compare(planned: Planned, samples: Samples, now: int) -> tuple[Sides, Comparison]:
    sides = Sides(*rosters_of(planned))
    return sides, compare_samples(sides, samples.samples, now)


def _unread(account: Account) -> list[ListPlace]:
    """The rules of the orchestrations that the plan knows some rules of."""
    return [
        ListPlace(live.kind, live.id, name)
        for live in account.objects.get(ORCHESTRATION, ())
        if any(name in live.fields for name in ORCHESTRATION_RULES)
        for name in ORCHESTRATION_RULES
        if name not in live.fields and name not in live.unknown
    ]


def _unread_services(account: Account, found: Comparison) -> list[ListPlace]:
    """The rules of the services that events come to; those of a service that is created are known."""
    lives = (account.find(ref.kind, ref.value) for ref in sorted(found.services))
    return [
        ListPlace(live.kind, live.id, SERVICE_RULES)
        for live in lives
        if live is not None and SERVICE_RULES not in live.fields and SERVICE_RULES not in live.unknown
    ]


def _form(sides: Sides, samples: Samples, found: Comparison) -> SamplesForm:
    groups = tuple(
        SampleGroupForm(
            count=group.count,
            through=sides.after.name_of(group.start),
            aspect=group.aspect,
            message=difference_text(sides, group),
            examples=group.examples,
        )
        for group in found.groups
    )
    return SamplesForm(
        source=samples.source,
        total=found.total,
        different=found.different,
        groups=groups,
        notes=samples.notes,
        uncompared=found.elsewhere,
    )


def _notes(found: Comparison, unread: int) -> list[str]:
    notes = []
    if unread > 0:
        notes.append(f"The rules of {unread} more services are not known here and were not evaluated.")
    if found.rebuilt:
        notes.append(
            f"Rebuilt from alerts: {found.rebuilt}. An alert shows an event after the rules changed it, and without some fields."
        )
    if found.undecided:
        notes.append(
            f"Events that reach rules with counts or cache variables: {found.undecided}. Such rules are evaluated as not matching."
        )
    return notes


def _values(name: str, text: str) -> list[Any]:
    """What a file of one JSON value holds."""
    whole = parse_json(name, text)
    lead: Path = ()
    if isinstance(whole, Mapping) and isinstance(whole.get("alerts"), list):
        whole, lead = whole["alerts"], ("alerts",)
    values = [((*lead, at), value) for at, value in enumerate(whole)] if isinstance(whole, list) else [(lead, whole)]
    problems = [problem for path, value in values for problem in _problems(value, path)]
    if problems:
        raise_problems(name, text, problems)
    return [value for _, value in values]


def _lines(name: str, text: str) -> Iterator[Any]:
    """What a file holds of which each line is a JSON value."""
    for number, line in enumerate(text.split("\n"), start=1):  # a text may hold other breaks of lines
        if line.strip():
            value = parse_json(name, line, number)
            if problems := _problems(value, ()):
                raise_problems(name, line, problems, number)
            yield value


def _is_lines(text: str) -> bool:
    """Whether each line is a JSON value of its own: then the first line is one whole object, and more follow."""
    first, _, rest = text.strip().partition("\n")
    return first.lstrip().startswith("{") and first.rstrip().endswith("}") and rest.lstrip().startswith("{")


def _problems(value: Any, path: Path) -> list[Problem]:
    return [] if isinstance(value, Mapping) and is_alert(value) else find_event_problems(value, path)


def _sample(value: Mapping[str, Any]) -> Sample:
    return sample_of_alert(value) if is_alert(value) else sample_of_body(value)
