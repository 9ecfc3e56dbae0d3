"""The plan: everything that an apply will do, as a value."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, UnsetType, field
from msgspec.structs import replace

from pdsync.kinds import BY_SLUG
from pdsync.model import ListPlace
from pdsync.model.codec.secret_text import LACKS
from pdsync.plan.change import Change, Operation
from pdsync.plan.json_form import Count, Digest, Form, Moment, counts, digest_of_members, says
from pdsync.plan.loss import compute_loss
from pdsync.plan.option import PruneMode
from pdsync.plan.pairing.match import PlanProblem
from pdsync.plan.pending import Pending
from pdsync.plan.risk import Risk
from pdsync.plan.saved.impact_form import ImpactForm, SamplesForm
from pdsync.plan.saved.test_form import TestForm
from pdsync.plan.skipped import find_skipped

PLAN_VERSION: Final = 1
SHORTEST_DIGEST = 12
"""How much of a digest is needed to tie something to a plan."""
DIGEST_SHOWN = 16
"""How much of a digest is shown: enough that no two plans share it."""


class _PlanBody(Form, frozen=True, rename={"subdomain": "account"}):
    """The contents of a plan."""

    workspace: Annotated[str, says("The workspace that the manifests belong to.")]
    subdomain: Annotated[str, says("The subdomain of the account; empty if unknown.")]
    manifest_digest: Annotated[Digest, says("The digest of what the manifests ask for.")]
    changes: Annotated[
        tuple[Change, ...], says("The changes, in an order in which they can be applied one after the other.")
    ] = ()
    unchanged: Annotated[Count, says("How many manifests match the account.")] = 0
    problems: Annotated[
        tuple[PlanProblem, ...], says("Why the plan is not complete. If there is any, nothing is applied.")
    ] = ()
    refusals: Annotated[
        tuple[str, ...], says("Limits that the plan exceeds. If there is any, nothing is applied.")
    ] = ()
    notes: Annotated[
        tuple[str, ...], says("What was found and is not changed, such as managed objects without a manifest.")
    ] = ()
    risks: Annotated[tuple[Risk, ...], says("What is allowed but may be a mistake.")] = ()
    labels: Annotated[
        Mapping[str, str], says("Names of objects without a manifest, by the text of a reference to them.")
    ] = field(default_factory=dict)
    bindings: Annotated[
        Mapping[str, str], says("PagerDuty ids of the live objects that manifests are bound to, by address.")
    ] = field(default_factory=dict)
    # A re-read must ask for the same.
    includes: Annotated[
        Mapping[str, tuple[str, ...]],
        says(
            "The include[] values that the account was read with, by kind; and the workspaces of Slack, by child list."
        ),
    ] = field(default_factory=dict)


class Selected(Form, frozen=True):
    """What was planned for, except for the paths of the manifests."""

    adopt: Annotated[bool, says("Whether --adopt was given.")] = False
    prune: Annotated[PruneMode | None, says("The prune mode, where one was given.")] = None
    targets: Annotated[tuple[str, ...], says("The addresses that --target named.")] = ()
    reassign_to: Annotated[str | None, says("Who gets the open incidents.")] = None
    rotate_keys: Annotated[tuple[str, ...], says("The keys that --rotate-key named.")] = ()
    send_secrets: Annotated[tuple[str, ...], says("The objects that --send-secrets named.")] = ()


_RARE = (Operation.REPLACE, Operation.RETIRE)
"""The operations that are counted only where there are any."""
_SUMMARY = counts(
    "How many changes there are of each operation, and how much they take away.",
    {
        **{it.value: f"How many changes {it.value}." for it in Operation if it is not Operation.INTERIM},
        "items_removed": "How many items are lost: integrations, rules, members, levels. They count towards the limits on deletes.",
    },
    optional=[it.value for it in _RARE],
)


class PlanDocument(_PlanBody, frozen=True, kw_only=True):
    """What 'pdsync plan -o json' prints and 'pdsync plan --out' writes."""

    version: Annotated[Literal[1], says("The version of this form.")] = PLAN_VERSION
    summary: Annotated[Mapping[str, int], _SUMMARY]
    digest: Annotated[Digest, says("The digest of everything above. It changes when the plan does.")]
    pending: Annotated[
        tuple[Pending, ...],
        says(
            "What is planned or applied and takes effect later, such as an edit that waits for a hand-off. Not in the digest."
        ),
    ] = ()
    impact: Annotated[
        ImpactForm | UnsetType,
        says("What changes for people who are paged; only if something does. Not in the digest."),
    ] = UNSET
    samples: Annotated[
        SamplesForm | UnsetType,
        says("What happens to sample events; only if there are some and event rules change. Not in the digest."),
    ] = UNSET
    tests: Annotated[
        tuple[TestForm, ...] | UnsetType,
        says("The results of the routing tests; only if there are some. Not in the digest."),
    ] = UNSET
    fetched_at: Annotated[Moment | UnsetType, says("When the account was read; only in a saved plan.")] = UNSET
    created_at: Annotated[Moment | UnsetType, says("When the plan was made; only in a saved plan.")] = UNSET
    expires_at: Annotated[Moment | UnsetType, says("Until when the plan may be applied; only in a saved plan.")] = UNSET
    pdsync: Annotated[str | UnsetType, says("The version of pdsync that made it; only in a saved plan.")] = UNSET
    selection: Annotated[Selected | UnsetType, says("The selection and options of the plan; only in a saved plan.")] = (
        UNSET
    )
    seal: Annotated[
        Digest | UnsetType,
        says("The digest of everything above, so that an edited file is not applied; only in a saved plan."),
    ] = UNSET

    def plan(self) -> Plan:
        """The plan that this is the form of. Raises ValueError for a kind that pdsync does not know."""
        unknown = sorted({change.kind for change in self.changes} - BY_SLUG.keys())
        if unknown:
            raise ValueError(f"there is no kind {unknown[0]!r}")
        members = {name: getattr(self, name) for name in _PlanBody.__struct_fields__}
        return Plan(
            **members,
            fetched_at=self.fetched_at or "",
            pending=self.pending,
            samples=self.samples or None,
            tests=self.tests or (),
        )


class Plan(_PlanBody, frozen=True, dict=True):
    """Changes in an order in which they may be applied one after the other; deterministic to the byte."""

    fetched_at: str = ""
    """When the account was read. Not part of `to_json`, so that an unchanged plan is an unchanged text."""
    pending: tuple[Pending, ...] = ()
    """What is planned or applied already and counts only later. No part of the digest: it depends on the time of day."""
    samples: SamplesForm | None = None
    """What happens to sample events. No part of the digest: alerts come all the time."""
    tests: tuple[TestForm, ...] = ()
    """What the manifests' own tests say. No part of the digest: they are about the manifests, and not about the changes."""
    unread: tuple[ListPlace, ...] = ()
    """Child lists that must be read in full before this plan is worth anything: see `pdsync.plan.diff.unread`. None, once it is."""
    reviewed_as: str = ""
    """The digest of the saved plan that this one renews; empty where it does not renew one."""

    @property
    def is_blocked(self) -> bool:
        """True when a limit, a failed test or a blocker stops the whole plan."""
        return bool(self.refusals or self.failed_tests) or any(change.blockers for change in self.changes)

    @property
    def failed_tests(self) -> tuple[TestForm, ...]:
        """The tests that fail. If there are any, nothing is applied, whatever a person approves."""
        return tuple(test for test in self.tests if not test.passed)

    @property
    def has_blockers(self) -> bool:
        """True when blockers stop the whole plan, whatever a person approves."""
        if any(change.blockers and not change.alone for change in self.changes):
            return True
        return bool(self.skipped) and len(self.skipped) == len(self.changes)

    @cached_property
    def skipped(self) -> frozenset[str]:
        """Addresses of the changes that an apply leaves out: those whose blockers stop them alone, and what waits for them."""
        return find_skipped(self.changes) if any(change.alone for change in self.changes) else frozenset()

    def is_digest(self, text: str) -> bool:
        """Whether this text identifies exactly this plan."""
        return len(text) >= SHORTEST_DIGEST and self.digest.startswith(text.casefold())

    @property
    def freed(self) -> frozenset[str]:
        """Ids of objects whose name this plan itself frees: another object may take it."""
        return frozenset(
            change.id
            for change in self.changes
            if change.id
            and (
                (change.ends or change.operation is Operation.INTERIM)
                or any(delta.path == BY_SLUG[change.kind].label for delta in change.deltas)
            )
        )

    @cached_property
    def entries(self) -> tuple[Change, ...]:
        """The changes as people read them: a replacement is one."""
        if not any(change.operation is Operation.RETIRE for change in self.changes):
            return self.changes
        from pdsync.plan.entry import fold_steps

        return fold_steps(self.changes)

    def count(self) -> Mapping[Operation, int]:
        """How many changes there are of each operation."""
        return Counter(change.operation for change in self.changes)

    @cached_property
    def items_removed(self) -> int:
        """How many items the changes lose."""
        return sum(compute_loss(change).total for change in self.changes if not change.makes)

    @cached_property
    def digest(self) -> str:
        """What ties an apply to the plan that was reviewed: the same for the same plan, and for no other."""
        if self.reviewed_as:
            return self.reviewed_as
        members = self._without_seals()._document("").members()
        return digest_of_members(
            (name, value) for name, value in members if name not in ("digest", "pending", "samples", "tests")
        )

    def _without_seals(self) -> Plan:
        """The plan without what depends on the secrets that a run has."""
        slugs = {change.kind for change in self.changes}
        is_sealed = any(side.SEALED for slug in slugs for side in BY_SLUG[slug].open_fields.values())
        said = (*self.notes, *(note for change in self.changes for note in change.notes))
        if not is_sealed and not any(LACKS in note for note in said):
            return self
        from pdsync.plan.pairing.seal import without_notes_of_run, without_seals

        changes, notes = without_seals(self.changes), without_notes_of_run(self.notes)
        unchanged = self.unchanged + len(self.changes) - len(changes)
        return replace(self, changes=changes, notes=notes, unchanged=unchanged)

    def document(self) -> PlanDocument:
        """The form in which it is printed and saved."""
        return self._document(self.digest)

    def _document(self, digest: str) -> PlanDocument:
        counts = self.count()
        sorted_maps = {name: dict(sorted(getattr(self, name).items())) for name in ("labels", "bindings", "includes")}
        members = {name: getattr(self, name) for name in _PlanBody.__struct_fields__}
        counted = [it for it in Operation if it is not Operation.INTERIM and (counts[it] or it not in _RARE)]
        summary = {it.value: counts[it] for it in counted}
        summary["items_removed"] = self.items_removed
        return PlanDocument(
            **{**members, **sorted_maps},
            summary=summary,
            digest=digest,
            pending=self.pending,
            samples=self.samples if self.samples is not None else UNSET,
            tests=self.tests or UNSET,
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; the same plan gives the same bytes with `render_plan_json`."""
        return self.document().to_json()


def render_plan_json(plan: Plan, impact: ImpactForm | None = None) -> str:
    """The plan as one JSON document with a final line break. `impact` is not part of the digest."""
    document = replace(plan.document(), impact=impact if impact is not None else UNSET)
    return json.dumps(document.to_json(), indent=2, ensure_ascii=False) + "\n"
