"""Sample events of a plan: what would become of alerts that there were. Read and compared only where rules for events change."""

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
from pdsync.manifest.file import read_text
from pdsync.model.instant import parse_instant
from pdsync.model.scope import Path, Problem
from pdsync.plan.saved.impact_form import SampleGroupForm, SamplesForm
from pdsync.routing.comparison import Comparison, Sides, compare_samples
from pdsync.routing.difference_text import difference_text
from pdsync.routing.event_check import find_event_problems
from pdsync.routing.sample import Sample, is_alert, sample_of_alert, sample_of_body

MAX_BYTES = 200_000_000


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
    notes = ["Suppressed and dropped alerts belong to no incident, so they are not among these."]
    if found.is_cut:
        notes.append(f"Only the alerts of the newest {MOST_INCIDENTS} incidents are among these.")
    source = "the last day" if days == 1 else f"the last {days} days"
    return Samples(source, tuple(map(sample_of_alert, found.alerts)), tuple(notes))


def with_samples(planned: Planned, samples: Samples, *, activity: Activity = silent) -> Planned:
    """The same plan, with what it changes for the sample events."""
    moment = parse_instant(planned.account.fetched_at)
    plan = planned.plan
    if moment is None or plan.problems:
        return planned
    with activity("Comparing sample events"):
        before, after = rosters_of(planned)
        sides = Sides(before, after)
        found = compare_samples(sides, samples.samples, int(moment.timestamp()))
    return replace(planned, plan=with_member(plan, samples=_form(sides, samples, found)))


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
    return SamplesForm(source=samples.source, total=found.total, groups=groups, notes=(*samples.notes, *_notes(found)))


def _notes(found: Comparison) -> list[str]:
    notes = []
    if found.rebuilt:
        notes.append(
            f"{found.rebuilt} are rebuilt from alerts: an alert shows an event as the rules left it, and not all of its fields."
        )
    if found.undecided:
        notes.append(
            f"{found.undecided} meet rules that ask for counts or cache variables; those are taken as no match."
        )
    if found.elsewhere:
        notes.append(f"{found.elsewhere} came through nothing that this plan knows the rules of.")
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
    for number, line in enumerate(text.splitlines(), start=1):
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
