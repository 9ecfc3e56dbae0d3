"""The plan: everything that an apply will do, as a value."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pdsync.kinds import BY_SLUG
from pdsync.model import digest_of
from pdsync.plan.change import Change, Operation
from pdsync.plan.pairing.match import PlanProblem
from pdsync.plan.risk import Risk

PLAN_VERSION = 1
SHORTEST_DIGEST = 12
"""How much of a digest is needed to tie something to a plan."""
DIGEST_SHOWN = 16
"""How much of a digest is shown: enough that no two plans share it."""


@dataclass(frozen=True)
class Plan:
    """Changes in an order in which they may be applied one after the other; deterministic to the byte."""

    workspace: str
    subdomain: str
    manifest_digest: str
    changes: tuple[Change, ...] = ()
    unchanged: int = 0
    problems: tuple[PlanProblem, ...] = ()
    """Why there is no complete plan: nothing may be applied."""
    refusals: tuple[str, ...] = ()
    """Limits that this plan exceeds: nothing may be applied."""
    notes: tuple[str, ...] = ()
    """What was found and is left alone, such as managed objects without a manifest."""
    risks: tuple[Risk, ...] = ()
    """What a reviewer should look at twice; it forbids nothing."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Names of objects without a manifest, by the text of a reference to them."""
    bindings: Mapping[str, str] = field(default_factory=dict)
    """Ids of the live objects that manifests are bound to, by address."""
    includes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The ``include[]`` values by kind that the account was read with: a re-read must ask for the same."""
    fetched_at: str = ""
    """When the account was read. Not part of `to_json`, so that an unchanged plan is an unchanged text."""

    @property
    def is_blocked(self) -> bool:
        """True when a limit or a blocker forbids to apply it."""
        return bool(self.refusals) or self.has_blockers

    @property
    def has_blockers(self) -> bool:
        """True when a change cannot be applied as it is planned, whatever anybody approves."""
        return any(change.blockers for change in self.changes)

    def is_digest(self, text: str) -> bool:
        """Whether somebody who writes this means this plan and no other."""
        return len(text) >= SHORTEST_DIGEST and self.digest.startswith(text.casefold())

    @property
    def freed(self) -> frozenset[str]:
        """Ids of objects whose name this plan itself frees: they are no obstacle to whoever takes it."""
        return frozenset(
            change.id
            for change in self.changes
            if change.id
            and (
                change.operation in (Operation.DELETE, Operation.INTERIM)
                or any(delta.path == BY_SLUG[change.kind].label for delta in change.deltas)
            )
        )

    def count(self) -> Mapping[Operation, int]:
        """How many changes there are of each operation."""
        return Counter(change.operation for change in self.changes)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; the same plan gives the same bytes with `render_plan_json`."""
        return {**self._body(), "digest": self.digest}

    def _body(self) -> dict[str, Any]:
        counts = self.count()
        return {
            "version": PLAN_VERSION,
            "workspace": self.workspace,
            "account": self.subdomain,
            "manifest_digest": self.manifest_digest,
            "changes": [change.to_json() for change in self.changes],
            "summary": {
                operation.value: counts[operation] for operation in Operation if operation != Operation.INTERIM
            },
            "unchanged": self.unchanged,
            "problems": [problem.to_json() for problem in self.problems],
            "refusals": list(self.refusals),
            "notes": list(self.notes),
            "risks": [risk.to_json() for risk in self.risks],
            "labels": dict(sorted(self.labels.items())),
            "bindings": dict(sorted(self.bindings.items())),
            "includes": {slug: list(self.includes[slug]) for slug in sorted(self.includes)},
        }

    @cached_property
    def digest(self) -> str:
        """What ties an apply to the plan that was reviewed: the same for the same plan, and for no other."""
        return digest_of(self._body())

    @classmethod
    def from_json(cls, body: Mapping[str, Any], fetched_at: str = "") -> Plan:
        """The inverse of `to_json`. Raises KeyError, TypeError, ValueError or OverflowError for something else."""
        return cls(
            workspace=str(body["workspace"]),
            subdomain=str(body["account"]),
            manifest_digest=str(body["manifest_digest"]),
            changes=tuple(map(Change.from_json, body["changes"])),
            unchanged=int(body["unchanged"]),
            problems=tuple(PlanProblem(**problem) for problem in body["problems"]),
            refusals=tuple(body["refusals"]),
            notes=tuple(body["notes"]),
            risks=tuple(Risk(**risk) for risk in body["risks"]),
            labels=dict(body["labels"]),
            bindings=dict(body["bindings"]),
            includes={slug: tuple(names) for slug, names in body["includes"].items()},
            fetched_at=fetched_at,
        )


def render_plan_json(plan: Plan, impact: Mapping[str, Any] | None = None) -> str:
    """The plan as one JSON document with a final line break; `impact` stands beside it, outside of the digest."""
    beside = {"impact": impact} if impact is not None else {}
    return json.dumps({**plan.to_json(), **beside}, indent=2, ensure_ascii=False) + "\n"
