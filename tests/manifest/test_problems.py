"""What is wrong with manifests, said at its file, line and column."""

from __future__ import annotations

import pytest

from pdsync.kinds import KINDS, TESTS
from pdsync.model.envelope import DEFAULTS
from tests.manifest.text import load, manifest, said

POLICY = "escalation_rules:\n  - escalation_delay_in_minutes: 15\n    targets: [{user: ana}]"
ANA = manifest("User", "ana", "email: ana@example.com")
LAYER = "name: A\n    rotation_virtual_start: 2026-01-05T09:00\n    rotation_turn_length_seconds: 1w\n    users: [ana]"
MAIL = "type: generic_email_inbound_integration, integration_email: in@acme.pagerduty.com"
METHODS = (
    "email: ana@example.com\ncontact_methods:"
    "\n  - {type: sms_contact_method, address: '5550101', country_code: 33}"
    "\n  - {type: sms_contact_method, address: '5550101', country_code: 49}"
)
SCHEDULE = f"time_zone: Europe/Berlin\nschedule_layers:\n  - {LAYER}"

ALONE = [
    # a document with one mistake, and the one line that says so
    (
        manifest("Service", "checkout-api", "escalation_polcy: payments"),
        "6:3: service/checkout-api: unknown field 'escalation_polcy'. Did you mean 'escalation_policy'?",
    ),
    (
        manifest("Service", "a", "name: A\nescalation_policy: {id: P1}\nauto_resolve_timeout: [4h]"),
        "8:25: service/a: auto_resolve_timeout: expected a duration such as 4h, or a number of seconds, got a list",
    ),
    (
        manifest("Service", "a", "name: A"),
        "6:3: service/a: 'escalation_policy' is missing. The policy that incidents follow: a key, or {name: ...} / {id: ...} for one that is not managed here.",
    ),
    (
        manifest("Service", "a", "escalation_policy: ''"),
        "6:22: service/a: escalation_policy: is empty. Write a value, or leave out the field.",
    ),
    (
        manifest("Schedule", "s", "time_zone: Etc/UTC\nschedule_layers:\n  - {name: A, rotation_virtual_start: '2026-01-05T09:00', rotation_turn_length_seconds: 1w, users: [{id: P1}], restrictions: [{a: 1}]}"),
        "8:129: schedule/s: schedule_layers[A].restrictions[0]: 'type' is missing",
    ),
    (
        manifest("Service", "a", "escalation_policy: {id: P1}\nalert_grouping: time"),
        "7:3: service/a: 'alert_grouping' cannot be managed. PagerDuty deprecated it; write alert_grouping_parameters.",
    ),
    (
        manifest("Service", "a", "escalation_policy: {id: P1}\nstatus: enabled"),
        "7:11: service/a: status: 'enabled' is not one of: active, disabled. Did you mean 'disabled'?",
    ),
    (
        manifest("BusinessService", "b", "depends_on: [{service: {id: P1}}, {service: {id: P1}}]"),
        "6:37: business_service/b: depends_on[1]: this dependency is listed twice. Remove one.",
    ),
    (
        manifest("IncidentWorkflow", "w", "triggers: [{manual: false, services: all}]"),
        "6:23: incident_workflow/w: triggers[0].manual: false is not one of: true",
    ),
    (
        manifest("EscalationPolicy", "p", "escalation_rules:\n  - escalation_delay_in_minutes: 0\n    targets: [{user: {id: P1}}]"),
        "7:36: escalation_policy/p: escalation_rules[0].escalation_delay_in_minutes: 0 is below the minimum of 1",
    ),
    (
        manifest("EscalationPolicy", "p", "escalation_rules:\n  - escalation_delay_in_minutes: 5\n    targets: []"),
        "8:16: escalation_policy/p: escalation_rules[0].targets: needs at least 1 target. It is empty.",
    ),
    (
        manifest("User", "ana", "email: ana@example.com\ntime_zone: Europe/Berln"),
        "7:14: user/ana: time_zone: unknown time zone 'Europe/Berln'. Did you mean 'Europe/Berlin'?",
    ),
    (
        manifest("User", "ana", "email: ana@example.com\nname: 1.10"),
        '7:9: user/ana: name: expected text, got a number with a fraction. Quote it: "1.10".',
    ),
    (
        manifest("User", "ana", "email: ana@example.com\nname: true"),
        '7:9: user/ana: name: expected text, got true or false. Quote it: "true".',
    ),
    (
        manifest("User", "ana", "email: ana@example.com\ncontact_methods:\n  - {type: email_contact_method, address: a@example.com, labl: x}"),
        "8:60: user/ana: contact_methods[0]: unknown field 'labl'. Did you mean 'label'?",
    ),
    (
        manifest("Team", "t", "description: x", "lifecycle:\n  adopt: yes\n"),
        "8:10: team/t: lifecycle.adopt: expected true or false, got text",
    ),
    (
        manifest("Team", "t", "description: x", "lifecycle: {ignore: [descripton]}\n"),
        "7:22: team/t: lifecycle.ignore[0]: 'descripton' is not one of: name, description, default_role, parent, members, tags, slack. Did you mean 'description'?",
    ),
    (
        manifest("Team", "t", "description: x", "lifecycle: {pruned: true}\n"),
        "7:13: team/t: lifecycle: unknown field 'pruned'. Possible here: adopt, protect, ignore, absent, moved_from.",
    ),
    (
        "apiVersion: pdsync/v1\nkind: User\nmetadata: {name: ana, id: PABC123}\nlifecycle: {distinct_from: [PABC123]}\nspec: {email: ana@example.com}",
        "4:28: user/ana: lifecycle.distinct_from: PABC123 is the id of this same object. Write the ids of the other objects.",
    ),
    (
        "apiVersion: pdsync/v1\nkind: User\nmetadata: {name: ana}\nlifecycle: {distinct_from: PABC123}\nspec: {email: ana@example.com}",
        "4:28: user/ana: lifecycle.distinct_from: expected a list, got text",
    ),
    (
        "apiVersion: pdsync/v1\nkind: User\nmetadata: {name: ana}\nlifecycle: {distinct_from: [ana]}\nspec: {email: ana@example.com}",
        "4:29: user/ana: lifecycle.distinct_from[0]: 'ana' is not allowed here. An id as PagerDuty shows it in web addresses, such as PABC123.",
    ),
    (
        "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: t}\nlifecycle: {distinct_from: [PABC123]}\nspec: {name: T}",
        "4:13: team/t: lifecycle: unknown field 'distinct_from'. Possible here: adopt, protect, ignore, absent, moved_from.",
    ),
    (
        "apiVersion: pdsync/v1\nkind: User\nmetadata: {name: ana}\nlifecycle: {absent: true, adopt: true, distinct_from: [PABC123]}\nspec: {email: ana@example.com}",
        "4:40: user/ana: lifecycle: does not work together with 'absent: true'. Remove one of them.",
    ),
    (
        manifest("Team", "t", "description: x", "status: x\n"),
        "7:1: team/t: unknown field 'status'. Possible here: apiVersion, kind, metadata, lifecycle, spec.",
    ),
    (manifest("Teem", "t"), f"2:7: kind: 'Teem' is not one of: {', '.join([*KINDS.by_name, *TESTS, DEFAULTS])}. Did you mean 'Team'?"),
    (
        manifest("Team", "'no spaces'"),
        "4:9: team: metadata.name: 'no spaces' is not allowed here. Letters, digits, '.', '_' and '-', at most 100, beginning with a letter or a digit.",
    ),
    (manifest("Team", "123"), '4:9: team: metadata.name: expected text, got a whole number. Quote it: "123".'),
    (
        "apiVersion: pdsync/v2\nkind: Team\nmetadata: {name: t}\nspec: {}\n",
        "1:13: team/t: apiVersion: 'pdsync/v2' is not one of: pdsync/v1. Did you mean 'pdsync/v1'?",
    ),
    (
        "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: t}\nspec:\n",
        "4:6: team/t: expected 'spec' to be a mapping, got nothing (null). Write 'spec: {}' to set nothing.",
    ),
    (
        "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: t, id: abc}\nspec: {}\n",
        "3:25: team/t: metadata.id: 'abc' is not allowed here. An id as PagerDuty shows it in web addresses, such as PABC123.",
    ),
    (
        "- a\n",
        "1:1: expected a manifest with apiVersion, kind, metadata and spec, got a list. A manifest begins with 'apiVersion: pdsync/v1'.",
    ),
    (manifest("Team", "t", "name: T\nname: U"), "7:3: team/t: duplicate key 'name'. The first one is on line 6."),
    (
        manifest("User", "ana", "email: ana@example.com\nrole: !!python/name:os.system x"),
        "7:9: user/ana: the tag '!!python/name:os.system' is refused. Remove it; text that begins with '!' needs quotes.",
    ),
    (
        manifest("Team", "t", "members: [{user: {id: P1}, role: observer}, {user: {id: P1}, role: manager}]"),
        "6:47: team/t: members[1]: 'user[id=P1]' is listed twice. Items need different values of user.",
    ),
    (
        manifest("Service", "a", "escalation_policy: {id: P1}\nincident_urgency_rule: {type: constant}", "lifecycle: {ignore: [description, support_hours]}\n"),
        "8:35: service/a: lifecycle.ignore[1]: 'support_hours' goes together with incident_urgency_rule, which PagerDuty checks against it. Ignore incident_urgency_rule too, or ignore none of them.",
    ),
    (
        manifest("User", "ana", "email: ana@example.com\ncontact_methods:\n  - {type: sms_contact_method, address: '5550101'}\n  - {type: sms_contact_method, address: '5550101', country_code: 49}"),
        "9:7: user/ana: contact_methods[1]: 5550101 is listed both with and without its country_code. Write it at each of them.",
    ),
    (
        manifest("Service", "a", "escalation_policy: {id: P1}\nsupport_hours: null"),
        "7:3: service/a: 'support_hours' needs incident_urgency_rule. Write incident_urgency_rule with type constant.",
    ),
    (
        manifest("EscalationPolicy", "p", 'name: "a\\tb"\n' + POLICY.replace("user: ana", "user: {id: P1}")),
        "6:9: escalation_policy/p: name: contains control characters or line breaks. Remove them.",
    ),
    (
        manifest("User", "ana", f"{METHODS}\nnotification_rules:\n  - {{urgency: high, start_delay_in_minutes: 0, contact_method: {{type: sms_contact_method, address: '5550101'}}}}"),
        "11:66: user/ana: notification_rules[0].contact_method: sms_contact_method 5550101 is listed more than once: sms_contact_method +33 5550101 and sms_contact_method +49 5550101. Write country_code next to the address.",
    ),
    (
        manifest("User", "ana", f"{METHODS}\ncontact_methods_mode: exclusive\nnotification_rules:\n  - {{urgency: high, start_delay_in_minutes: 0, contact_method: {{type: sms_contact_method, address: '5550101', country_code: 1}}}}"),
        "12:66: user/ana: notification_rules[0].contact_method: sms_contact_method +1 5550101 is not among contact_methods. Add it there: contact_methods_mode is exclusive, so it would be removed.",
    ),
    (
        manifest("User", "ana", "email: ana@example.com\nnotification_rules:\n  - {urgency: high, start_delay_in_minutes: 0, contact_method: {type: email_contact_method, address: a@example.com, country_code: 1}}"),
        "8:119: user/ana: notification_rules[0].contact_method: only a number has a country code. Remove it.",
    ),
    (
        manifest("Team", "t", "members: [{user: {id: P1}}, {user: {id: P1}}]"),
        "6:31: team/t: members[1]: this member is listed twice. Remove one.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line"), ALONE)
def test_one_mistake_is_one_problem(text: str, line: str) -> None:
    result = load(text)
    assert [str(problem) for problem in result.problems] == [f"a.yaml:{line}"]
    assert result.resources == ()


TOGETHER = [
    (
        [manifest("Service", "a", "escalation_policy: paymets"), ANA, manifest("EscalationPolicy", "payments", POLICY)],
        ["a.yaml:6:22: service/a: escalation_policy: there is no EscalationPolicy 'paymets' among the manifests. Did you mean 'payments'?"],
    ),
    (
        [manifest("Service", "a", "escalation_policy: payments"), manifest("Team", "payments")],
        ["a.yaml:6:22: service/a: escalation_policy: there is no EscalationPolicy 'payments' among the manifests. payments is a Team, an EscalationPolicy is needed here."],
    ),
    (
        [manifest("Service", "a", "escalation_policy: zzz")],
        ["a.yaml:6:22: service/a: escalation_policy: there is no EscalationPolicy 'zzz' among the manifests. Write {name: ...} or {id: ...} for an EscalationPolicy that is not managed here."],
    ),
    (
        [manifest("Schedule", "s", SCHEDULE.replace("[ana]", "[bea, ana, anna]")), ANA],
        [
            "a.yaml:11:15: schedule/s: schedule_layers[A].users[0]: there is no User 'bea' among the manifests. Write {name: ...} or {id: ...} for a User that is not managed here.",
            "a.yaml:11:25: schedule/s: schedule_layers[A].users[2]: there is no User 'anna' among the manifests. Did you mean 'ana'?",
        ],
    ),
    (
        [ANA, manifest("EscalationPolicy", "p", POLICY.replace("user: ana", "schedule: ana"))],
        ["b.yaml:8:28: escalation_policy/p: escalation_rules[0].targets[0].schedule: there is no Schedule 'ana' among the manifests. ana is a User, a Schedule is needed here."],
    ),
    (
        [manifest("Schedule", "s", SCHEDULE.replace("[ana]", "[ana, ANA@example.com]")), ANA],
        ["a.yaml:11:20: schedule/s: schedule_layers[A].users[1]: ana@example.com is listed as 'ana' too. Write 'ana' in both places if the person has two turns; otherwise remove one."],
    ),
    (
        [
            manifest("Service", "a", f"escalation_policy: {{id: P1}}\nintegrations:\n  - {{name: x, {MAIL}}}"),
            manifest("Service", "b", f"escalation_policy: {{id: P1}}\nintegrations:\n  - {{name: y, {MAIL}}}"),
        ],
        ["b.yaml:8:77: service/b: integrations[0].integration_email: service/a at a.yaml:1 has the integration_email 'in@acme.pagerduty.com' too. Remove one of them."],
    ),
    (
        [manifest("Team", "t"), "# a comment\n" + manifest("Team", "t", "name: Other")],
        ["b.yaml:5:9: team/t: metadata.name: 'team/t' is defined twice. The first one is at a.yaml:1."],
    ),
    (
        [ANA, manifest("User", "bea", "email: ANA@Example.com")],
        ["b.yaml:6:10: user/bea: email: user/ana at a.yaml:1 has the email 'ana@example.com' too. Remove one of them."],
    ),
    (
        [manifest("Team", "a", "name: Shop"), manifest("Team", "shop")],
        ["b.yaml:4:9: team/shop: metadata.name: team/a at a.yaml:1 has the name 'shop' too. Two objects of one kind need different names, or metadata.id in both if both exist in PagerDuty."],
    ),
    (
        [ANA, manifest("Schedule", "a", SCHEDULE), manifest("Schedule", "b", f"name: A\n{SCHEDULE}")],
        ["c.yaml:6:9: schedule/b: name: schedule/a at b.yaml:1 has the name 'A' too. Two objects of one kind need different names, or metadata.id in both if both exist in PagerDuty."],
    ),
    (
        [manifest("Team", "a").replace("name: a", "name: a\n  id: PABC123"), manifest("Team", "b").replace("name: b", "name: b\n  id: PABC123")],
        ["b.yaml:5:7: team/b: metadata.id: team/a at a.yaml:1 has the id 'PABC123' too. Remove one of them."],
    ),
    (
        [manifest("Team", "a", "parent: b"), manifest("Team", "c", "parent: a"), manifest("Team", "b", "parent: c")],
        ["a.yaml:6:11: team/a: parent: goes round in a circle: a -> b -> c -> a. Remove one of these references: a at a.yaml:6, b at c.yaml:6, c at b.yaml:6."],
    ),
    ([manifest("Team", "a", "parent: a")], ["a.yaml:6:11: team/a: parent: team/a refers to itself. Name another one, or remove the reference."]),
    (
        [ANA, manifest("Team", "t", "members:\n  - user: ana\n  - user: Ana@example.com")],
        ["b.yaml:8:7: team/t: members[1]: this member is listed twice. Remove one."],
    ),
    (
        [ANA, manifest("EscalationPolicy", "p", POLICY.replace("[{user: ana}]", "[{user: ana}, {user: {email: ana@example.com}}]"))],
        ["b.yaml:8:30: escalation_policy/p: escalation_rules[0].targets[1]: this target is listed twice. Remove one."],
    ),
    (
        [manifest("User", "ana", "email: ana@example.com\ncontact_methods_mode: exclusive\ncontact_methods: [{type: email_contact_method, address: a@example.com}]\nnotification_rules:\n  - urgency: high\n    start_delay_in_minutes: 0\n    contact_method: {type: email_contact_method, address: b@example.com}")],
        ["a.yaml:12:23: user/ana: notification_rules[0].contact_method: email_contact_method b@example.com is not among contact_methods. Add it there: contact_methods_mode is exclusive, so it would be removed."],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "lines"), TOGETHER)
def test_a_mistake_between_manifests(texts: list[str], lines: list[str]) -> None:
    assert said(*texts) == lines
    assert said("---\n".join(texts)), "the same mistake within one file"


def test_users_may_share_a_name_but_not_an_address() -> None:
    assert (
        said(
            manifest("User", "a", "name: Ana\nemail: a@example.com"),
            manifest("User", "b", "name: Ana\nemail: b@example.com"),
        )
        == []
    )


def test_a_rule_may_use_a_method_that_only_the_account_has() -> None:
    rule = "notification_rules:\n  - {urgency: high, start_delay_in_minutes: 0, contact_method: {type: email_contact_method, address: b@example.com}}"
    assert said(manifest("User", "ana", f"email: ana@example.com\n{rule}")) == []


TEN = """\
apiVersion: pdsync/v1
kind: Service
metadata:
  name: checkout api
lifecycle:
  protct: true
spec:
  name: 42
  escalation_policy: no one
  auto_resolve_timeout: soon
  acknowledgement_timeout: -1
  alert_creation: sometimes
  auto_resolve_timeout: 4h
  incident_urgency_rule: {type: constant, urgency: !x high}
  integrations:
    - {name: Mail}
  colour: red
"""


def test_ten_mistakes_are_ten_problems_at_once() -> None:
    assert said(TEN) == [
        "a.yaml:4:9: service: metadata.name: 'checkout api' is not allowed here. Letters, digits, '.', '_' and '-', at most 100, beginning with a letter or a digit.",
        "a.yaml:6:3: service: lifecycle: unknown field 'protct'. Did you mean 'protect'?",
        'a.yaml:8:9: service: name: expected text, got a whole number. Quote it: "42".',
        "a.yaml:9:22: service: escalation_policy: there is no EscalationPolicy 'no one' among the manifests. Write {name: ...} or {id: ...} for an EscalationPolicy that is not managed here.",
        "a.yaml:10:25: service: auto_resolve_timeout: 'soon' is not a duration. Write it like 30m, 4h, 1h30m, 7d or 2w.",
        "a.yaml:11:28: service: acknowledgement_timeout: -1 is below the minimum of 0",
        "a.yaml:12:19: service: alert_creation: 'sometimes' is not one of: create_alerts_and_incidents, create_incidents",
        "a.yaml:13:3: service: duplicate key 'auto_resolve_timeout'. The first one is on line 10.",
        "a.yaml:14:52: service: the tag '!x' is refused. Remove it; text that begins with '!' needs quotes.",
        "a.yaml:16:7: service: integrations[0]: has neither a type nor a vendor. Write exactly one of them.",
        "a.yaml:17:3: service: unknown field 'colour'. Possible here: name, description, status, escalation_policy, auto_resolve_timeout, acknowledgement_timeout, incident_urgency_rule, support_hours, scheduled_actions, alert_creation, alert_grouping_parameters, auto_pause_notifications_parameters, event_orchestration, aiops, custom_fields, integrations, integrations_mode, depends_on, depends_on_mode, cache_variables, cache_variables_mode, slack, slack_mode, routes.",
    ]  # fmt: skip


def test_problems_of_all_files_come_in_the_order_of_the_files() -> None:
    lines = said("a: [", manifest("Team", "t", "x: 1"), "- b")
    assert [line.split(":")[0] for line in lines] == ["a.yaml", "b.yaml", "c.yaml"]


def test_a_reference_into_a_file_that_cannot_be_read_is_not_blamed() -> None:
    broken = manifest("EscalationPolicy", "payments", POLICY) + "---\nx: [1\n---\n" + manifest("User", "'ana'")
    service = (
        manifest("Service", "a", "escalation_policy: payments")
        + "---\n"
        + manifest("Service", "b", "escalation_policy: other")
    )
    lines = said(broken, service)
    assert len(lines) == 2
    assert lines[0].startswith("a.yaml:11:1: ")
    assert "no EscalationPolicy 'other'" in lines[1]


def test_a_reference_to_a_manifest_of_an_unknown_kind_is_not_blamed() -> None:
    lines = said(manifest("EscalationPolcy", "payments"), manifest("Service", "a", "escalation_policy: payments"))
    assert [line.split(": ")[0] for line in lines] == ["a.yaml:2:7"]


def test_a_thousand_wrong_references_do_not_take_minutes() -> None:
    users = "---\n".join(manifest("User", f"user-{n}", f"email: u{n}@example.com") for n in range(500))
    teams = "---\n".join(manifest("Team", f"team-{n}", f"members: [{{user: usr-{n}}}]") for n in range(1000))
    assert len(said(users, teams)) == 1000


ALLOWED = [
    # what looks like a mistake and is none
    manifest("Team", "t", "description: null"),
    manifest("User", "ana", METHODS),
    manifest(
        "Service",
        "a",
        "escalation_policy: {id: P1}\nincident_urgency_rule: {type: constant}",
        "lifecycle: {ignore: [support_hours, scheduled_actions, incident_urgency_rule]}\n",
    ),
    manifest("Service", "a", "escalation_policy: {id: P1}", "lifecycle: {ignore: [support_hours]}\n"),
    manifest("Schedule", "s", SCHEDULE.replace("[ana]", "[{id: P1}, {id: P2}, {id: P1}]")),
]


@pytest.mark.parametrize("text", ALLOWED)
def test_what_is_allowed_is_no_problem(text: str) -> None:
    assert said(text) == []
