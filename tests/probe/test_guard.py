"""A probe that is wrong is stopped before it writes to what it did not make, or reaches a person."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.probe.guard import ForbiddenWriteError, Guard
from pdsync.probe.mark import MARKER, Mark
from pdsync.probe.workbench import Manner, Workbench
from pdsync.sandbox import SandboxServer
from tests.probe.conftest import connect, holdings

MARK = Mark("a" * 10)
NAME = MARK.name("thing")
GOOD = {"name": NAME, "description": MARKER}


def guard(*, may_page: bool = False) -> Guard:
    made = Guard(may_page=may_page)
    for identity in ("OWN", "OTHER", "PMADE123"):
        made.learn(identity)
    made.learn("SHARED")
    made.fix("SHARED")
    made.learn_below("users/OWN/contact_methods", [{"id": "CHILD"}])
    made.learn_below("users/FOREIGN/contact_methods", [{"id": "STRANGE"}])
    return made


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "teams", GOOD),
        ("PUT", "teams/OWN", {"default_role": "none"}),
        ("PUT", "teams/OWN", {**GOOD, "name": MARK.name("other")}),
        ("DELETE", "teams/OWN", None),
        ("DELETE", "users/OWN/contact_methods/CHILD", None),
        ("PUT", "teams/OWN/users/OTHER", {"role": "manager"}),
        ("PUT", "teams/OWN/users/SHARED", {"role": "manager"}),
        ("POST", "services/OWN/integrations", {"vendor": {"id": "PVENDOR", "type": "vendor_reference"}}),
        ("POST", "schedules/preview", {"schedule_layers": [{"users": [{"user": {"id": "OWN"}}]}]}),
        ("POST", "users", {**GOOD, "email": MARK.address("person")}),
        ("POST", "users/OWN/contact_methods", {"type": "sms_contact_method", "address": "2025550123"}),
        ("POST", "automation_actions/actions", {**GOOD, "runner": "PMADE123"}),
        ("POST", "services/OWN/integrations", {"integration_email": "pdsync-probe-aaaaaaaaaa-x@acme.pagerduty.com"}),
        ("POST", "webhook_subscriptions", {"description": MARK.label("hook"), "url": "https://example.com/hook"}),
        ("PUT", "event_orchestrations/OWN/router", {"sets": [{"id": "start", "rules": []}]}),
        ("GET", "users/FOREIGN", None),
        ("GET", "incidents", None),
    ],
)
def test_what_a_probe_may_do(method: str, path: str, body: Any) -> None:
    guard().check(method, path, body)


@pytest.mark.parametrize(
    ("method", "path", "body", "why"),
    [
        ("PUT", "teams/FOREIGN", {}, "did not make"),
        ("DELETE", "services/FOREIGN", None, "did not make"),
        ("POST", "users/FOREIGN/contact_methods", {}, "did not make"),
        ("PUT", "teams/OWN/users/FOREIGN", {}, "did not make"),
        ("DELETE", "users/OWN/contact_methods/STRANGE", None, "did not make"),
        ("DELETE", "users/OTHER/contact_methods/CHILD", None, "did not make"),
        ("PUT", "teams/SHARED", {}, "other probes"),
        ("POST", "account/settings", {}, "not where"),
        ("PUT", "incidents", [{"id": "OWN"}], "incidents"),
        ("POST", "incidents/OWN/notes", {}, "incidents"),
        ("POST", "teams", {"name": "Payments", "description": MARKER}, "mark"),
        ("POST", "teams", {"name": NAME, "description": "mine"}, "mark"),
        ("PUT", "teams/OWN", {"name": "Payments"}, "mark"),
        ("PUT", "teams/OWN", {"description": None}, "mark"),
        ("POST", "escalation_policies", {**GOOD, "escalation_rules": [{"targets": [{"id": "FOREIGN"}]}]}, "names an"),
        ("POST", "services", {**GOOD, "escalation_policy": {"id": "FOREIGN", "type": "escalation_policy"}}, "names an"),
        (
            "POST",
            "service_dependencies/associate",
            {"relationships": [{"supporting_service": {"id": "F"}}]},
            "names an",
        ),
        ("POST", "automation_actions/actions", {**GOOD, "runner": "PFOREIGN"}, "names an"),
        (
            "PUT",
            "event_orchestrations/OWN/router",
            {"sets": [{"rules": [{"actions": {"route_to": "PFOREIGN"}}]}]},
            "names an",
        ),
        ("POST", "automation_actions/actions", {**GOOD, "map_to_all_services": True}, "whole account"),
        (
            "POST",
            "webhook_subscriptions",
            {"description": MARK.label("a"), "filter": {"type": "account_reference"}},
            "whole account",
        ),
        ("POST", "business_services/OWN/account_subscription", None, "whole account"),
        ("POST", "webhook_subscriptions", {"description": MARK.label("a"), "url": "https://acme.com/"}, "web address"),
        ("POST", "users", {**GOOD, "email": "someone@acme.com"}, "address"),
        ("POST", "users", {**GOOD, "email": "someone@example.com"}, "address"),
        ("POST", "users/OWN/contact_methods", {"type": "email_contact_method", "address": "a@b.com"}, "address"),
        ("POST", "users/OWN/contact_methods", {"type": "phone_contact_method", "address": "2025551234"}, "number"),
        ("POST", "users/OWN/contact_methods", {"type": "sms_contact_method", "address": ""}, "number"),
        ("POST", "automation_actions/actions", {**GOOD, "services": ["PFOREIGN"]}, "names an"),
        ("POST", "automation_actions/actions", {**GOOD, "services": [["PFOREIGN"]]}, "names an"),
        ("PUT", "teams/OWN/users/OTHER", ["PFOREIGN"], "names an"),
        ("POST", "teams", {**GOOD, "members": ["someone@acme.com"]}, "address"),
        ("POST", "teams", {**GOOD, "contact": "Someone <someone@acme.com>"}, "address"),
        ("POST", "webhook_subscriptions", {"description": MARK.label("a"), "urls": ["HTTPS://acme.com/"]}, "web"),
    ],
)
def test_what_a_probe_may_not_do(method: str, path: str, body: Any, why: str) -> None:
    with pytest.raises(ForbiddenWriteError, match=why):
        guard().check(method, path, body)


def test_the_message_holds_no_id() -> None:
    with pytest.raises(ForbiddenWriteError) as refused:
        guard().check("PUT", "teams/PFOREIGN1/users/PMADE123", {})
    assert str(refused.value) == "PUT teams/{id}/users/{id}: this run did not make that object"


def test_incidents_take_an_agreement() -> None:
    body = {"title": MARK.label("trouble"), "service": {"id": "OWN", "type": "service_reference"}}
    guard(may_page=True).check("POST", "incidents", body)
    with pytest.raises(ForbiddenWriteError, match="agreed"):
        guard().check("POST", "incidents", body)
    with pytest.raises(ForbiddenWriteError, match="names an"):
        guard(may_page=True).check("POST", "incidents", {**body, "service": {"id": "FOREIGN"}})


def test_the_workbench_asks_the_guard_before_it_sends(shared: SandboxServer) -> None:
    before = holdings(shared)
    with connect(shared) as client:
        owner = client.rget("users")[0]
        bench = Workbench(client, Manner())
        for send in (
            lambda: bench.put(f"users/{owner['id']}", {"time_zone": "Etc/UTC"}),
            lambda: bench.delete(f"users/{owner['id']}"),
            lambda: bench.post("incidents", {"service": None}),
            lambda: bench.make("teams", name="Payments"),
        ):
            with pytest.raises(ForbiddenWriteError):
                send()
    assert holdings(shared) == before
    assert all(it["method"] == "GET" for it in shared.requests())
