"""A plan as one comment of a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from pdsync.kinds import KINDS
from pdsync.oncall.impact import Impact
from pdsync.plan import Operation, Plan
from pdsync.report.impact.impact_risk import PlacedRisk, find_impact_risks
from pdsync.report.impact.impact_text import QUIET, TITLE, render_impact_lines
from pdsync.report.plan.alike import group_changes
from pdsync.report.plan.attention import find_reasons, render_reasons
from pdsync.report.plan.change_diff import WIDTH, render_change_diff
from pdsync.report.plan.plan_order import Band, arrange_changes
from pdsync.report.plan.plan_text import pending_lines, render_plan_summary
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.comment import MAX_SIZE, Section, render_comment
from pdsync.report.text.detail import BRIEF, Detail, brief_note
from pdsync.report.text.markdown import LONGEST_LINE, code_span, comment_marker, shorten
from pdsync.report.text.safe_text import safe_text

_COLUMNS = (Operation.CREATE, Operation.ADOPT, Operation.UPDATE, Operation.DELETE)
_RARE = (Operation.RELEASE, Operation.REPLACE, Operation.RETIRE)
"""The columns that are there only where there are any."""
ALL_OF_A_PLAN = "Run `pdsync plan` to see all."


def render_plan_markdown(
    plan: Plan,
    max_size: int = MAX_SIZE,
    *,
    impact: Impact | None = None,
    reader: tzinfo | None = None,
    detail: Detail = BRIEF,
) -> str:
    """The whole plan: summary and digest, what needs review, and the rest folded. Ends in a line break.

    The same plan and impact give the same bytes, so that an unchanged plan leaves its comment as it is; what moves in the next
    days is another thing on another day. At most `max_size` bytes of UTF-8. Problems are not in it: see
    `render_problems_markdown`.
    """
    return render_comment(
        render_head("pdsync plan", plan.workspace, plan.subdomain) + render_plan_table(plan) + _quiet(impact),
        plan_sections(plan, Reading(impact, reader, detail)),
        render_digest(plan),
        all_of_it=ALL_OF_A_PLAN,
        max_size=max_size,
    )


def render_problems_markdown(title: str, workspace: str, text: str, max_size: int = MAX_SIZE) -> str:
    """Why there is no plan, as a comment. `text` is the report of the problems without colour, which is safe already."""
    # Not at the margin, where GitLab takes a line that begins with a slash, as a path may, for an order.
    paragraph = tuple(f" {shorten(line, LONGEST_LINE)}".rstrip() for line in text.splitlines())
    return render_comment(
        f"{render_head(title, workspace, '')}**There is no plan**, because something is wrong in the manifests.\n\n",
        [Section("Problems", tuple((line,) for line in paragraph), language="text", noun="line")],
        "",
        all_of_it="Run `pdsync validate` or `pdsync plan` to see all.",
        max_size=max_size,
    )


def render_head(title: str, workspace: str, subdomain: str) -> str:
    """The hidden marker and the heading. `title` is our own words."""
    account = f", account {code_span(subdomain)}" if subdomain else ""
    return f"{comment_marker(workspace)}\n## {title}: {code_span(workspace)}{account}\n\n"


def render_digest(plan: Plan) -> str:
    """The line that ties a review to what was reviewed."""
    return f"Plan digest: {code_span(plan.digest)}\n"


def render_plan_table(plan: Plan) -> str:
    """How much there is to do: in words, then by kind."""
    counts, *warnings = render_plan_summary(plan).splitlines()
    blocked = [f"**{line}**\n\n" for line in warnings if line.startswith("Blocked: ")]
    by_kind = Counter((change.kind, change.operation) for change in plan.entries)
    rows = []
    found = {operation for _, operation in by_kind}
    columns = [*_COLUMNS, *(it for it in _RARE if it in found)]
    for kind in KINDS:
        numbers = [by_kind[kind.slug, operation] for operation in columns]
        if any(numbers):
            cells = " | ".join(str(number or "") for number in numbers)
            rows.append(f"| {kind.nouns.capitalize()} | {cells} |\n")
    heads = " | ".join(operation.value for operation in columns)
    table = f"| | {heads} |\n|---|{'--:|' * len(columns)}\n{''.join(rows)}\n" if rows else ""
    first = render_reasons(plan.entries)
    look = f"Needs review: {first}.\n\n" if first else ""
    return f"**{counts}**\n\n{''.join(blocked)}{look}{table}"


def _quiet(impact: Impact | None) -> str:
    return f"{QUIET}\n\n" if impact is not None and impact.is_quiet else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What goes into a report apart from the plan, and how it is read."""

    impact: Impact | None = None
    reader: tzinfo | None = None
    detail: Detail = BRIEF


PLAIN = Reading()


def plan_sections(plan: Plan, reading: Reading, *, folded: bool = False) -> list[Section]:
    """What forbids the plan, the risks, who is paged, the changes band by band, and what is left alone. `folded` folds all of
    them."""
    impact, reader, detail = reading.impact, reading.reader, reading.detail
    placed = find_impact_risks(impact, reader)
    risks = [risk.message for risk in (*plan.risks, *(each.risk for each in placed))]
    refused = impact.refusal if impact is not None else ""
    refusals = (*plan.refusals, *([refused] if refused else []))
    notes = [brief_note(note, detail) for note in plan.notes]
    sections = [
        _lines("Refused", refusals, "! ", "limit", folded=folded),
        _lines("Risks", tuple(risks), "! ", "risk", folded=folded),
        _who_is_paged(impact, reader, detail, folded=folded),
        _tests(plan, folded=folded),
        _samples(plan, folded=folded),
        *_changes(plan, placed, detail, folded=folded),
        _lines("Left alone", notes, "? ", "note", folded=True),
        _lines("Pending", pending_lines(plan.pending), "~ ", "edit", folded=folded),
    ]
    return [section for section in sections if section.items]


def _who_is_paged(impact: Impact | None, reader: tzinfo | None, detail: Detail, *, folded: bool) -> Section:
    """A block of text: a plus at the margin would be taken for an added line."""
    is_shown = impact is not None and not impact.is_quiet
    lines = render_impact_lines(impact, reader, WIDTH, detail=detail) if impact is not None and is_shown else []
    items = tuple((shorten(line.removeprefix("  "), LONGEST_LINE),) for line in lines)
    return Section(TITLE, items, folded=folded, language="text", noun="line")


def _tests(plan: Plan, *, folded: bool) -> Section:
    if not plan.tests:
        return Section("", ())
    from pdsync.report.routing.test_text import TITLE as TESTS
    from pdsync.report.routing.test_text import render_test_lines

    items = tuple((shorten(line.removeprefix("  "), LONGEST_LINE),) for line in render_test_lines(plan.tests))
    return Section(TESTS, items, folded=folded or not plan.failed_tests, language="text", noun="line")


def _samples(plan: Plan, *, folded: bool) -> Section:
    if plan.samples is None:
        return Section("", ())
    from pdsync.report.routing.sample_text import TITLE as SAMPLES
    from pdsync.report.routing.sample_text import render_sample_lines

    items = tuple((shorten(line.removeprefix("  "), LONGEST_LINE),) for line in render_sample_lines(plan.samples))
    return Section(SAMPLES, items, folded=folded, language="text", noun="line")


def _changes(plan: Plan, placed: Iterable[PlacedRisk], detail: Detail, *, folded: bool) -> Iterator[Section]:
    """A section for each band; folded where nothing in it needs review."""
    writer = ValueWriter(plan.labels, WIDTH, detail)
    told: set[str] = set()
    for section in arrange_changes(plan, placed):
        entries = group_changes(section, detail)
        items = tuple(render_change_diff(entry, writer, told) for entry in entries)
        is_quiet = section.band is not Band.REVIEW and not any(map(find_reasons, section.changes))
        yield Section(section.title, items, folded=folded or is_quiet)


def _lines(title: str, texts: Sequence[str], sign: str, noun: str, *, folded: bool) -> Section:
    items = tuple((shorten(sign + safe_text(text), LONGEST_LINE),) for text in texts)
    return Section(f"{title} ({len(texts)})", items, folded=folded, noun=noun)
