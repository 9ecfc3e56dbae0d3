"""Adopt and release write the ownership line, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import ApplyRequest, PlanError, RefusedError, Workspace, carry_out_plan, load_desired
from pdsync.engine.ownership import adoption_of, plan_adoption, plan_release
from pdsync.sandbox import SandboxServer
from tests.support.recorded import forget, writes

SHOP, CHECKOUT = "escalation_policy/shop", "service/checkout"
OURS = ("id", "summary", "name", "escalation_policy", "auto_resolve_timeout", "acknowledgement_timeout")


def own_text(found: dict[str, Any]) -> str:
    """The description with its ownership line, without the record of what was last applied."""
    return str(found["description"]).partition(" #")[0]


def service(client: RestApiV2Client) -> dict[str, Any]:
    found = client.find("services", "Checkout")
    assert found is not None
    return found


def test_release_and_adopt_leave_all_but_the_line(client: RestApiV2Client, applied: Workspace) -> None:
    before = service(client)
    assert "Managed by pdsync: acme/service/checkout" in before["description"]
    plan = plan_release(client, applied, [CHECKOUT])
    assert carry_out_plan(client, ApplyRequest(plan)).exit_code == 0
    free = service(client)
    assert "Managed by pdsync" not in (free["description"] or "")
    assert {name: free[name] for name in OURS} == {name: before[name] for name in OURS}
    adoption = plan_adoption(client, load_desired(applied, adoption_of([CHECKOUT, "user/ana", SHOP])))
    assert [change.address for change in adoption.plan.changes] == [CHECKOUT]
    assert adoption.left == {
        SHOP: "is managed already",
        "user/ana": "people carry no ownership line, so the manifest alone is enough; to change it, write in pdsync.yaml 'people: managed'",
    }
    assert carry_out_plan(client, ApplyRequest(adoption.plan)).exit_code == 0
    assert own_text(service(client)) == own_text(before)


def test_nothing_is_adopted_where_one_target_differs(
    client: RestApiV2Client, sandbox: SandboxServer, applied: Workspace
) -> None:
    released = plan_release(client, applied, [SHOP, CHECKOUT])
    assert carry_out_plan(client, ApplyRequest(released)).exit_code == 0
    client.rput(service(client), json={"type": "service", "auto_resolve_timeout": 60})
    forget(sandbox)
    with pytest.raises(RefusedError, match=r"service/checkout \(P.*\): differs in auto_resolve_timeout"):
        plan_adoption(client, load_desired(applied, adoption_of([SHOP, CHECKOUT])))
    assert not writes(sandbox)


def test_what_is_not_ours_is_not_released(client: RestApiV2Client, applied: Workspace) -> None:
    with pytest.raises(PlanError) as refused:
        plan_release(client, Workspace(name="other"), [CHECKOUT])
    (problem,) = refused.value.problems
    assert problem.message == "no object carries the ownership line of other/service/checkout"
