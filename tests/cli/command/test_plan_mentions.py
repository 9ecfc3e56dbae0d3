"""Maintenance windows, dependencies and overrides that name what is deleted are in the plan of the delete."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pdsync.sandbox import SandboxServer
from tests.cli.company import Company, ref
from tests.support.recorded import asked, forget

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)


def period(hours: int = 4) -> dict[str, str]:
    return {"start": SOON.isoformat(), "end": (SOON + timedelta(hours=hours)).isoformat()}


def window(company: Company) -> None:
    times = {f"{name}_time": moment for name, moment in period().items()}
    services = [ref(company.live("service/shop"))]
    company.by_hand("maintenance_window", description="New disks", services=services, **times)


def depend(company: Company, supporting: dict[str, Any], dependent: dict[str, Any]) -> None:
    ends = {"supporting_service": ref(supporting), "dependent_service": ref(dependent)}
    body = {"relationships": [ends]}
    company.client.rpost("service_dependencies/associate", json=body, wrap=False)


def business(company: Company) -> None:
    made = company.client.rpost("business_services", json={"name": "Checkout"})
    depend(company, company.live("service/shop"), made)


def support(company: Company) -> None:
    policy = ref(company.live("escalation_policy/first"))
    depend(company, company.by_hand("service", name="Database", escalation_policy=policy), company.live("service/shop"))


def override(company: Company, person: str, schedule: dict[str, Any]) -> None:
    body = {"overrides": [{**period(), "user": ref(company.live(person))}]}
    company.client.post(f"schedules/{schedule['id']}/overrides", json=body).raise_for_status()


def of_person(company: Company) -> None:
    """In a schedule of a policy, with another person in its layer."""
    schedule = company.schedule(company.live("user/cy"))
    company.policy(schedule)
    override(company, "user/bo", schedule)


def of_schedule(company: Company) -> None:
    override(company, "user/cy", company.live("schedule/nights"))


CASES: dict[str, tuple[str, Callable[[Company], None], str]] = {
    "window": ("service/shop", window, "a maintenance window names it, from "),
    "business service": ("service/shop", business, "the business service 'Checkout' depends on it"),
    "service below": ("service/shop", support, "it depends on the service 'Database'"),
    "override of a person": ("user/bo", of_person, "an override of schedule 'By hand' puts this person on call from "),
    "override of a schedule": ("schedule/nights", of_schedule, "their override ends with this: 'Cy' is on call from "),
}


def planned(company: Company, *options: str) -> str:
    return " ".join(company.plan(*options).out.split())


@pytest.mark.parametrize(("address", "make", "says"), CASES.values(), ids=CASES)
def test_what_names_it_is_said_and_stops_nothing(
    company: Company, online: SandboxServer, address: str, make: Callable[[Company], None], says: str
) -> None:
    make(company)
    assert says not in planned(company)
    company.bury(address)
    for output in ("text", "markdown", "github", "json", "html"):
        said = planned(company, "-o", output).replace("&#39;", "'")
        assert says in said, output
    assert company.run("apply", "--yes").code == 0


def test_a_plan_without_deletes_asks_for_none_of_it(company: Company, online: SandboxServer) -> None:
    company.write({"team/red": "{name: Crimson}"})
    forget(online)
    assert company.plan().code == 0
    paths = [path for _, path in asked(online)]
    assert not [path for path in paths if "maintenance" in path or "dependenc" in path or "override" in path]
    assert "/oncalls" not in paths


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/maintenance_windows", "maintenance windows"),
        ("/service_dependencies/**", "dependencies of services"),
    ],
)
def test_what_may_not_be_read_is_said(company: Company, online: SandboxServer, path: str, what: str) -> None:
    company.bury("service/shop")
    online.control.set_faults([{"match": {"path": path}, "action": {"type": "error", "status": 403}}])
    run = company.plan()
    assert run.code == 0, run
    assert f"the token may not read {what}, so it is not known which of them name it" in " ".join(run.out.split())


def test_of_many_the_first_are_shown(company: Company) -> None:
    for _ in range(8):
        window(company)
    company.bury("service/shop")
    said = planned(company)
    assert said.count("a maintenance window names it") == 5
    assert "and 3 more name it" in said
