"""A schema-driven fuzzer finds no answer of 500 and nothing half done, under no profile and under a hostile one.

Always with a description made of the sandbox's own routes and free-form bodies; where PagerDuty's API description is at
hand, with that too. ``script/fuzz-sandbox`` runs the long form.
"""

from __future__ import annotations

from collections import Counter

import pytest

from pdsync.sandbox import SandboxServer
from tests.support.fuzz.account import PLAIN, PROFILES, fill
from tests.support.fuzz.operation import Share, examine, in_order, operations


@pytest.mark.parametrize(("source", "profile"), [("own", PLAIN), ("pagerduty", PLAIN), ("own", "managed")])
def test_no_answer_is_a_fault_of_the_sandbox(server: SandboxServer, source: str, profile: str) -> None:
    if not operations(source):
        pytest.skip("PagerDuty's API description is not at hand")
    rows = fill(server)
    server.control.set_account(PROFILES[profile])
    found = [examine(Share(source, index, 1), server, rows) for index in in_order(source)]
    assert [(it.name, it.faults) for it in found if it.faults] == []
    assert len(found) >= 200
    assert {it.statuses.total() for it in found} == {1}
    statuses = sum((it.statuses for it in found), Counter[int]())
    assert statuses[200] >= 60, "the examples must reach what is there"
