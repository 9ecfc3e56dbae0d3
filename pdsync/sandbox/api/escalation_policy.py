"""Escalation policy: who is notified of an incident, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pdsync.sandbox.api.collection import Collection, check_name
from pdsync.sandbox.api.membership import enroll, policy_users
from pdsync.sandbox.api.tag import drop_tags
from pdsync.sandbox.api.user import is_stakeholder
from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.form import REFUSE, Form, Text, has_control
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record

_STRATEGIES = ("assign_to_everyone", "round_robin")
_STRATEGY = "escalation_rule_assignment_strategy"
_MAX_TARGETS = 10  # PagerDuty API description, EscalationRule


def name_problem(text: str) -> str | None:
    """terraform-provider-pagerduty, util.ValidateIsAllowedString (the trailing space is checked before trimming)."""
    if any(char in text for char in "\\/&<>") or has_control(text) or text != text.rstrip():
        return r"can not contain \, /, &, <, >, non-printable characters or trailing white space"
    return None


class EscalationPolicies(Collection):
    kind = "escalation_policy"
    plural = "escalation_policies"
    known_includes = frozenset({"services", "teams", "targets", "escalation_rule_assignment_strategies"})

    def create(self, call: Call, body: Body) -> Record:
        # Defaults: PagerDuty API description.
        draft: Body = {
            "description": None,
            "num_loops": 0,
            "on_call_handoff_notifications": "if_has_services",
            "teams": [],
        }
        id = call.store.new_id()
        return self._save(call, id, self._checked(call, body, draft, None))

    def update(self, call: Call, record: Record, body: Body) -> Record:
        return self._save(call, record.id, self._checked(call, body, dict(record.body), record))

    def remove(self, call: Call, record: Record) -> None:
        # PagerDuty API description: must not be in use by any services. The text is the sandbox's own.
        if call.store.referrers("service", record.id):
            raise invalid("Escalation policy can't be deleted if it's being used by services")
        if call.profile.reads("policy_of_incidents", "refused") and any(
            it.body["status"] != "resolved" for it in call.store.referrers("incident", record.id)
        ):
            raise invalid("Escalation policy can't be deleted if it's being used by open incidents")
        drop_tags(call.store, record)
        call.store.delete(record.id)

    def filtered(self, call: Call, records: Iterable[Record]) -> Sequence[Record]:
        teams, users = set(call.many("team_ids")), set(call.many("user_ids"))
        if not teams and not users:  # as most pages of a large account are asked for
            return list(records)

        def wanted(body: Body) -> bool:
            targets = {target["id"] for rule in body["escalation_rules"] for target in rule["targets"]}
            return (not teams or any(team["id"] in teams for team in body["teams"])) and not (
                users and users.isdisjoint(targets)
            )

        return [record for record in records if wanted(record.body)]

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        body, links = record.body, call.links
        services = call.store.referrers("service", record.id)
        return {
            **links.head(record),
            "name": body["name"],
            "description": body["description"],
            "num_loops": body["num_loops"],
            "on_call_handoff_notifications": body["on_call_handoff_notifications"],
            "escalation_rules": [self._show_rule(call, rule, includes) for rule in body["escalation_rules"]],
            "services": [call.embed(it, whole="services" in includes) for it in services],
            "teams": [call.embed(it, whole="teams" in includes) for it in body["teams"]],
        }

    def _show_rule(self, call: Call, rule: Body, includes: frozenset[str]) -> Body:
        shown: Body = {
            "id": rule["id"],
            "escalation_delay_in_minutes": rule["escalation_delay_in_minutes"],
            "targets": [call.embed(target, whole="targets" in includes) for target in rule["targets"]],
        }
        # Only when asked for (terraform-provider-pagerduty #819, #972). An object, though the schema of PagerDuty's API
        # description has a string: its examples, a quoted answer (heimweh/go-pagerduty #133) and the provider's decoder.
        if "escalation_rule_assignment_strategies" in includes:
            is_text = call.profile.reads("strategy_form", "text")
            shown[_STRATEGY] = rule[_STRATEGY] if is_text else {"type": rule[_STRATEGY]}
        return shown

    def _checked(self, call: Call, body: Body, draft: Body, record: Record | None) -> Body:
        form = Form(body, draft, creating=record is None)
        form.text("name", Text(255, min_length=1, clean=str.lstrip, check=name_problem), required=True)
        form.description()
        form.integer("num_loops", 0, 9, null=0)
        form.choice("on_call_handoff_notifications", ("if_has_services", "always"), null="if_has_services")
        # Absent keeps the team, [] clears it (terraform-provider-pagerduty PR 129); at most one (API description).
        form.references("teams", "team", call.store)
        if len(draft["teams"]) > 1:
            form.error("Teams can have at most one team")
        rules = form.objects("escalation_rules", required=True)
        if rules is not None:
            if not rules:
                form.error("Escalation rules can't be blank")
            # A PUT replaces all rules, and their ids change (terraform-provider-pagerduty).
            draft["escalation_rules"] = [
                self._rule(call, form, rule, number) for number, rule in enumerate(rules, start=1)
            ]
        if call.profile.reads("policy_names", "unique"):
            check_name(call, form, self.kind, record)
        form.finish()
        return draft

    def _rule(self, call: Call, form: Form, body: Body, number: int) -> Body:
        draft: Body = {"id": call.store.new_id(), "targets": [], _STRATEGY: _STRATEGIES[0]}
        part = form.nested(body, draft, f"Escalation rule {number}: ")
        part.integer("escalation_delay_in_minutes", _smallest_delay(call, body), required=True)
        strategy = part.value(_STRATEGY, required=False, null=_STRATEGIES[0])
        if strategy is not REFUSE:
            # Clients send an object; the schema of the API description has a string, which the sandbox takes too.
            given = strategy.get("type") if isinstance(strategy, dict) else strategy
            part.nested({_STRATEGY: given}, draft, "").choice(_STRATEGY, _STRATEGIES)
        targets = part.objects("targets", required=True)
        if targets is not None:
            if not 1 <= len(targets) <= _MAX_TARGETS:
                part.error(f"Targets must have 1 to {_MAX_TARGETS} entries")
            found = [_target(call, part, target) for target in targets]
            by_id = {it["id"]: it for it in found if it is not None}
            if None not in found and len(by_id) < len(found):
                part.error("Targets must be unique")
            # The order inside of a rule is the server's own (terraform-provider-pagerduty #639, PR 937).
            draft["targets"] = sorted(by_id.values(), key=lambda it: str(it["id"]))
        return draft

    def _save(self, call: Call, id: str, body: Body) -> Record:
        record = call.store.put("escalation_policy", id, body)
        for team in body["teams"]:
            enroll(call, team["id"], policy_users(call, body))
        return record


def _smallest_delay(call: Call, rule: Body) -> int:
    reading, targets = call.profile.reading("smallest_delay"), rule.get("targets")
    several = isinstance(targets, list) and len(targets) > 1
    return 5 if reading == "five_minutes" or (reading == "five_for_several" and several) else 1


def _target(call: Call, form: Form, body: Body) -> dict[str, Any] | None:
    type = body.get("type")
    kind = type.removesuffix("_reference") if isinstance(type, str) else None
    # Shift-based schedules are targets too (PagerDuty API description, EscalationTargetReference).
    if kind == "schedule" and call.profile.reads("shift_schedule_reference", "taken"):
        id = body.get("id")
        if isinstance(id, str) and call.store.get("schedule_v3", id) is not None:
            kind, body = "schedule_v3", {"id": id}
    if kind not in ("user", "schedule", "schedule_v3"):
        form.error("Targets must have the type user_reference or schedule_reference")
        return None
    target = form.pointer(body, kind, call.store)
    strict = kind == "user" and call.profile.reads("stakeholder_target", "refused")
    if strict and target is not None and is_stakeholder(call.record("user", target["id"])):
        form.error("Stakeholders cannot be targets of escalation policies")
    return target


ESCALATION_POLICIES = EscalationPolicies()
