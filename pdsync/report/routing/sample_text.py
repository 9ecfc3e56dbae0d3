"""What a plan changes for sample events, in a line for each group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pdsync.plan.saved.impact_form import SampleGroupForm, SamplesForm
from pdsync.report.text.safe_text import safe_text
from pdsync.report.text.wrapped import wrapped

TITLE = "Sample events"
MOST_GROUPS = 12


def render_sample_lines(samples: SamplesForm, columns: int = 0) -> list[str]:
    """The section without its title, in safe text. `columns`: where lines are broken; 0: nowhere."""
    return [piece for line in _lines(samples) for piece in (_broken(line, columns) if columns else [line])]


@dataclass(frozen=True, slots=True)
class SampleView:
    """The same for a page."""

    headline: str
    lines: tuple[str, ...]
    notes: tuple[str, ...]


def build_sample_view(samples: SamplesForm) -> SampleView:
    """The section in parts, in safe text."""
    return SampleView(sample_headline(samples), tuple(_groups(samples)), tuple(_notes(samples)))


def sample_headline(samples: SamplesForm) -> str:
    """How many there are, and for how many something is different."""
    noun = "event" if samples.total == 1 else "events"
    source = safe_text(samples.source)
    if samples.total == 0:
        return f"There are no sample events in {source}."
    if samples.uncompared == samples.total:
        some = "The only sample event" if samples.total == 1 else f"None of the {samples.total} sample events"
        can, it_comes = ("cannot", "it comes") if samples.total == 1 else ("can", "they come")
        return f"{some} of {source} {can} be compared: the rules that {it_comes} to are new or cannot be read."
    if not samples.groups:
        return f"Of {samples.total} sample {noun} of {source}, none would be handled differently."
    return f"Of {samples.total} sample {noun} of {source}, {samples.different} would be handled differently:"


def _lines(samples: SamplesForm) -> Iterator[str]:
    yield f"  {sample_headline(samples)}"
    yield from (f"    {line}" for line in _groups(samples))
    yield from (f"  {note}" for note in _notes(samples))


def _notes(samples: SamplesForm) -> Iterator[str]:
    yield from map(safe_text, samples.notes)
    if 0 < samples.uncompared < samples.total:
        yield f"Not compared, because the rules that they come to are new or cannot be read: {samples.uncompared}."


def _groups(samples: SamplesForm) -> Iterator[str]:
    names_way = len({group.through for group in samples.groups}) > 1
    for group in samples.groups[:MOST_GROUPS]:
        yield _group_text(group, names_way=names_way)
    if len(samples.groups) > MOST_GROUPS:
        rest = sum(group.count for group in samples.groups[MOST_GROUPS:])
        yield f"and {rest} more, in {len(samples.groups) - MOST_GROUPS} other ways"


def _group_text(group: SampleGroupForm, *, names_way: bool) -> str:
    """Such as ``9 would page Payments instead of Platform ('disk full' and others)``, in safe text."""
    way = f" through {safe_text(group.through)}" if names_way else ""
    examples = ", ".join(f"'{safe_text(each)}'" for each in group.examples)
    more = ", ..." if group.count > len(group.examples) else ""
    return f"{group.count}{way} {safe_text(group.message)} ({examples}{more})"


def _broken(line: str, columns: int) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()))
    return wrapped(line.lstrip(), columns, indent=indent, hanging=f"{indent}  ")
