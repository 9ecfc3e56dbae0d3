"""Warned documents: what PagerDuty stored when a document was written last, and does nothing with. Pure.

PagerDuty says so only in the answer to the write. The record in the ownership line remembers it until the document is written without
a warning, so that a rule which does nothing is not forgotten after the apply that wrote it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.checks.check import Check, Finding, PlanContext
from pdsync.plan.risk import DOCUMENT_WARNED, Risk


class WarnedDocuments(Check):
    """Names each document that PagerDuty warned about, unless the plan writes it."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for address, pair in context.paired.pairs.items():
            change = context.changes.get(address)
            written = change.documents if change is not None else ()
            for name in pair.kind.documents if pair.last is not None else ():
                if pair.last is not None and pair.last.warned_of(name) and name in pair.fields and name not in written:
                    noun = name.replace("_", " ")
                    message = (
                        f"PagerDuty warned about the {noun} of {pair.resource.name!r} when it was last written: PagerDuty stores a part of it but does "
                        f"not act on that part. The journal of that apply says why ({address})"
                    )
                    yield Risk(DOCUMENT_WARNED, address, message)
