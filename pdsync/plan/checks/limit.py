"""What forbids to apply a plan: limits, and names that are taken. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Ref
from pdsync.plan.change import Change, Operation
from pdsync.plan.checks.reference_blocker import name_of
from pdsync.plan.option import DeleteLimit, PlanOptions
from pdsync.plan.pairing.paired_account import PairedAccount


def refuse_deletes(changes: Sequence[Change], account: Account, options: PlanOptions) -> tuple[str, ...]:
    """Limits on deletes that the plan exceeds, over all kinds and by kind. Count and percentage count both: a percentage
    alone lets a small account be emptied."""
    deletes = Counter(change.kind for change in changes if change.operation is Operation.DELETE)
    owned = Counter(
        live.kind
        for group in account.objects.values()
        for live in group
        if live.marker is not None and live.marker.workspace == options.workspace
    )
    overall = DeleteLimit(options.max_deletes, options.max_delete_percent)
    found = list(_refuse(deletes.total(), owned.total(), overall, options.small_delete, "", "prune"))
    for slug, limit in sorted(options.limits_by_kind.items()):
        kind = BY_SLUG[slug]
        words = f" of {kind.nouns}", f"prune.kinds.{kind.name}"
        found += _refuse(deletes[slug], owned[slug], limit, options.small_delete, *words)
    return tuple(found)


def _refuse(deletes: int, owned: int, limit: DeleteLimit, small: int, what: str, key: str) -> Iterator[str]:
    if limit.max_deletes is not None and deletes > limit.max_deletes:
        yield (
            f"{deletes} deletes{what} exceed the limit of {limit.max_deletes} ({key}.max_deletes in pdsync.yaml): "
            "nothing is applied"
        )
    percent = 100 * deletes / owned if owned else 0
    if limit.max_delete_percent is not None and deletes > small and percent > limit.max_delete_percent:
        yield (
            f"{deletes} deletes{what} are {percent:.0f} % of the {owned} managed objects, above the limit of "
            f"{limit.max_delete_percent} % ({key}.max_delete_percent in pdsync.yaml): nothing is applied"
        )


def name_blockers(
    paired: PairedAccount, changes: Mapping[str, Change], gone: frozenset[Ref]
) -> Iterable[tuple[str, str]]:
    """Names that a create or a rename wants and that something which stays has already.

    Even where PagerDuty permits a second object of a name, nobody could tell them apart.
    """
    taking = {address: change for address, change in changes.items() if _takes_a_name(change)}
    if not taking:
        return
    taken: dict[tuple[str, str], list[Ref]] = defaultdict(list)
    for ref, fields in paired.after(gone):
        taken[ref.kind, str(fields.get("name")).casefold()].append(ref)
    for address, change in taking.items():
        others = [
            name_of(ref, paired) for ref in taken[change.kind, change.name.casefold()] if (ref.address or "") != address
        ]
        if others:
            yield address, f"name: the name {change.name!r} is taken by {', '.join(sorted(others))}"


def _takes_a_name(change: Change) -> bool:
    if change.operation is Operation.DELETE or BY_SLUG[change.kind].identity != "name":
        return False
    return change.operation is Operation.CREATE or any(delta.path == "name" for delta in change.deltas)
