"""What clients of the real service send where PagerDuty's API description says otherwise: pdsync sends the same, and loses nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.kinds import BY_SLUG
from pdsync.model import Resource
from pdsync.model.scope import Scope
from tests.export.world import assert_only_adopts, export_of, fetch_whole, load, plan_of
from tests.plan.test_order import account, marked, plan
from tests.support.world import converge, policy, resource, service, user

PEOPLE = [user("ana"), user("bo")]
Sent = list[tuple[str, Any]]
EMAIL_TYPE = "generic_email_inbound_integration"
ADDRESS = "shop@pdsync-sandbox.pagerduty.com"


@pytest.fixture
def sent(client: RestApiV2Client) -> Sent:
    """Method and body of every write, in order."""
    found: Sent = []

    def note(answer: Any, *args: Any, **more: Any) -> None:
        if answer.request.body:
            found.append((answer.request.method, json.loads(answer.request.body)))

    client.hooks["response"].append(note)
    return found


def rota(*strategies: str | None) -> Resource:
    """An escalation policy with a level for each strategy; None where the manifest names none."""
    targets = [{"user": "ana"}, {"user": "bo"}]
    named = [{"escalation_rule_assignment_strategy": it} if it else {} for it in strategies]
    rules = [{"escalation_delay_in_minutes": 10, "targets": targets, **it} for it in named]
    return resource("EscalationPolicy", "rota", {"escalation_rules": rules})


def strategies(sent: Sent, method: str) -> list[Any]:
    """What the last such write of a policy says of each level."""
    [*_, body] = [body["escalation_policy"] for one, body in sent if one == method and "escalation_policy" in body]
    return [rule.get("escalation_rule_assignment_strategy") for rule in body["escalation_rules"]]


def test_a_strategy_is_sent_as_an_object(client: RestApiV2Client, sent: Sent) -> None:
    converge(client, [*PEOPLE, rota("round_robin", None)])
    assert strategies(sent, "POST") == [{"type": "round_robin"}, {"type": "assign_to_everyone"}]
    converge(client, [*PEOPLE, rota(None, "round_robin")])
    assert strategies(sent, "PUT") == [{"type": "assign_to_everyone"}, {"type": "round_robin"}]
    converge(client, [*PEOPLE, rota(None, None)])
    assert strategies(sent, "PUT") == [{"type": "assign_to_everyone"}] * 2, "what ends round robin must be said"


def test_no_strategy_is_sent_where_none_says_anything(client: RestApiV2Client, sent: Sent) -> None:
    converge(client, [*PEOPLE, rota("assign_to_everyone")])
    assert strategies(sent, "POST") == [None]


def test_a_strategy_survives_an_export(client: RestApiV2Client) -> None:
    converge(client, [*PEOPLE, rota("round_robin", None)])
    export = export_of(fetch_whole(client))
    assert "escalation_rule_assignment_strategy: round_robin" in "".join(export.files.values())
    assert_only_adopts(plan_of(client, load(export)))


@pytest.mark.parametrize("answered", ["round_robin", {"type": "round_robin"}])
def test_an_answer_in_either_form_is_the_same(answered: Any) -> None:
    rule = {"escalation_delay_in_minutes": 10, "targets": [], "escalation_rule_assignment_strategy": answered}
    read = BY_SLUG["escalation_policy"].read_live({"id": "P1", "name": "x", "escalation_rules": [rule]})
    assert read.fields["escalation_rules"][0]["escalation_rule_assignment_strategy"] == "round_robin"


@pytest.mark.parametrize("answered", ["assign_to_everyone", {"type": "assign_to_everyone"}, {"type": None}, None])
def test_no_strategy_in_any_form_is_the_default(answered: Any) -> None:
    rule = {"escalation_delay_in_minutes": 10, "targets": [], "escalation_rule_assignment_strategy": answered}
    read = BY_SLUG["escalation_policy"].read_live({"id": "P1", "name": "x", "escalation_rules": [rule]})
    assert read.fields["escalation_rules"][0]["escalation_rule_assignment_strategy"] == "assign_to_everyone"


@pytest.mark.parametrize("strategy", ["round_robin", "assign_to_everyone"])
def test_an_account_that_answers_text_has_no_difference(strategy: str) -> None:
    rule = {
        "id": "PR",
        "escalation_delay_in_minutes": 10,
        "targets": [{"id": "PANA", "type": "user_reference"}],
        "escalation_rule_assignment_strategy": strategy,
    }
    held = {"id": "P1", "name": "rota", "description": marked("escalation_policy", "rota"), "escalation_rules": [rule]}
    live = account(users=[{"id": "PANA", "name": "ana", "email": "ana@example.com"}], escalation_policies=[held])
    wanted = {**rule, "targets": [{"user": "ana"}]}
    del wanted["id"]
    changes = plan(live, user("ana"), resource("EscalationPolicy", "rota", {"escalation_rules": [wanted]})).changes
    assert [change.deltas for change in changes if change.address == "escalation_policy/rota"] in ([], [()])


PHONE = {"id": "PM", "type": "phone_contact_method", "address": "5550101", "country_code": 1}


@pytest.mark.parametrize("answered", ["phone_contact_method", "phone_contact_method_reference"])
@pytest.mark.parametrize("methods", [[PHONE], []], ids=["known", "unknown"])
def test_the_method_of_a_rule_is_the_same_in_either_form(answered: str, methods: list[dict[str, Any]]) -> None:
    rule = {
        "id": "PN",
        "urgency": "high",
        "start_delay_in_minutes": 0,
        "contact_method": {"id": "PM", "type": answered},
    }
    raw = {
        "id": "PU",
        "name": "Ana",
        "email": "ana@example.com",
        "contact_methods": methods,
        "notification_rules": [rule],
    }
    [read] = BY_SLUG["user"].read_live(raw).children["notification_rules"]
    said = "phone_contact_method +1 5550101" if methods else "phone_contact_method id PM"
    assert read.value["contact_method"].value == said


def shop(*extractors: dict[str, Any]) -> Resource:
    return service("shop", "first", **mailed(*extractors))


def mailed(*extractors: dict[str, Any]) -> dict[str, Any]:
    """The email integration of a service that takes these values out of emails; the first tells incidents apart."""
    names = ["incident_key", *(f"value_{number}" for number in range(1, len(extractors)))]
    parser = {
        "action": "trigger",
        "match_predicate": {"type": "contains", "matcher": "down", "part": "subject"},
        "value_extractors": [{"part": "body", "value_name": name, **it} for name, it in zip(names, extractors, strict=True)],
    }  # fmt: skip
    mail = {"name": "Mail", "type": EMAIL_TYPE, "integration_email": ADDRESS, "email_parsers": [parser]}
    return {"integrations": [mail]}


BETWEEN = {"type": "between"}
FORMS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({**BETWEEN, "starts_after": "Id: ", "ends_before": " at"}, {"starts_after": "Id: ", "ends_before": " at"}),
    ({**BETWEEN, "starts_after": "Id:", "ends_before": ""}, {"starts_after": "Id:", "ends_before": ""}),
    ({**BETWEEN, "starts_after": "", "ends_before": "!"}, {"starts_after": "", "ends_before": "!"}),
    ({**BETWEEN, "starts_after": "Id:"}, {"starts_after": "Id:", "ends_before": ""}),
    ({**BETWEEN, "ends_before": "!"}, {"starts_after": "", "ends_before": "!"}),
    ({**BETWEEN, "starts_after": "Id:", "ends_before": "\n"}, {"starts_after": "Id:", "ends_before": "\n"}),
    ({**BETWEEN, "starts_after": "Id:", "ends_before": "z", "ends_with": "z"}, {"starts_after": "Id:", "ends_before": "z"}),
    ({**BETWEEN, "starts_after": "Id:", "ends_with": " at"}, {"starts_after": "Id:", "ends_before": " at"}),
    ({"type": "regex", "regex": "[0-9]+"}, {"regex": "[0-9]+"}),
    ({"type": "entire", "starts_after": "", "ends_before": ""}, {}),
]  # fmt: skip
"""An extractor as a manifest writes it, and the delimiters and pattern that are sent for it."""
SETTING = [*PEOPLE, policy("first", {"user": "ana"})]


def test_delimiters_are_sent_and_survive_an_export(client: RestApiV2Client, sent: Sent) -> None:
    converge(client, [*SETTING, shop(*(written for written, _ in FORMS))])
    [mail] = [body["integration"] for _, body in sent if "integration" in body]
    extractors = mail["email_parsers"][0]["value_extractors"]
    plain = [{key: it[key] for key in it if key not in ("type", "part", "value_name")} for it in extractors]
    assert plain == [expected for _, expected in FORMS]

    export = export_of(fetch_whole(client))
    resources = load(export)
    [change] = [it for it in plan_of(client, resources).changes if it.address == "service/shop"]
    assert (change.deltas, change.children) == ((), ())
    [exported] = [it for it in resources if it.kind == "service" and it.fields["name"] == "shop"]
    [mail] = exported.children["integrations"]
    kept = mail["email_parsers"][0]["value_extractors"]
    assert [{key: it[key] for key in expected} for it, (_, expected) in zip(kept, FORMS, strict=True)] == [
        expected for _, expected in FORMS
    ]


@pytest.mark.parametrize("other", [None, "z"])
@pytest.mark.parametrize("type", ["between", "regex"])
def test_either_name_of_the_end_is_read_in_an_answer(type: str, other: str | None) -> None:
    """The sandbox refuses `between` with ends_with alone, so the answer is given as it would be."""
    ends = {"ends_with": "b", "ends_before": None} if other is None else {"ends_with": "b", "ends_before": other}
    extractor = {"type": type, "part": "body", "value_name": "incident_key", "starts_after": "a"}
    parser = {"action": "trigger", "match_predicate": {"type": "contains", "matcher": "x", "part": "body"}}
    mail = {"id": "PI", "type": EMAIL_TYPE, "name": "Mail", "integration_email": ADDRESS}
    raw = {"id": "PS", "name": "shop", "integrations": [{**mail, "email_parsers": [{**parser, "value_extractors": [{**extractor, **ends}]}]}]}  # fmt: skip
    [read] = BY_SLUG["service"].read_live(raw).children["integrations"]
    [kept] = read.value["email_parsers"][0]["value_extractors"]
    assert kept == {**extractor, "ends_before": other or "b"}


@pytest.mark.parametrize(("other", "problems"), [("b", 0), ("c", 1)])
def test_two_ends_that_differ_are_a_problem(other: str, problems: int) -> None:
    extractor = {**BETWEEN, "starts_after": "a", "ends_before": "b", "ends_with": other}
    scope = Scope()
    BY_SLUG["service"].read_desired({"escalation_policy": "first", **mailed(extractor)}, scope, ("spec",))
    says = ["ends_before and ends_with are two names for one field"] * problems
    assert [it.message for it in scope.problems] == says


def test_a_changed_end_is_a_change_of_the_plan(client: RestApiV2Client, sent: Sent) -> None:
    extractor = {"type": "between", "starts_after": "Id:", "ends_before": "!"}
    converge(client, [*SETTING, shop(extractor)])
    converge(client, [*SETTING, shop({**extractor, "ends_before": ""})])
    [_, put] = [body["integration"] for _, body in sent if "integration" in body]
    assert put["email_parsers"][0]["value_extractors"][0]["ends_before"] == ""
