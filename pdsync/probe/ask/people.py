"""People: how questions about users, their roles and teams are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.probe.answer import Answer, Finding, Unasked
from pdsync.probe.material import person, policy, policy_body, reference, service_body, team, user_body
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench

_SETTLING_S = 5.0


def _ask_from_header(bench: Workbench) -> Finding:
    answer = bench.post("users", user_body(bench, "without-from"), headers={"From": None})
    return answer.by_status({201: "incidents", 400: "users_and_windows"})


def _ask_stakeholder_target(bench: Workbench) -> Finding:
    stakeholder = bench.make("users", **user_body(bench, "stakeholder", role="read_only_user"))
    answer = bench.post("escalation_policies", policy_body(reference(stakeholder, "user")))
    return answer.by_status({201: "taken", 400: "refused"})


def _ask_team_names(bench: Workbench) -> Finding:
    body = {"type": "team", "name": bench.mark.name("same team")}
    bench.make("teams", **body)
    return bench.post("teams", body).by_status({201: "may_repeat", 400: "unique"})


def _ask_new_user_rules(bench: Workbench) -> Finding:
    user = bench.make("users", **user_body(bench, "new"))
    answer = bench.get(f"users/{user['id']}/notification_rules", urgency="all")
    if not answer.ok:
        return answer.unclear()
    seen = frozenset(it.get("urgency") for it in answer.body)
    if not seen and not bench.read(f"users/{user['id']}/contact_methods"):
        return answer.unclear("a new user has no contact method that a rule could name")
    if "low" not in seen and not bench.post("services", service_body(policy(bench))).ok:
        return answer.unclear("the account may have no rules of low urgency")
    return answer.among(
        {frozenset({"high", "low"}): "each_urgency", frozenset({"high"}): "high_only", frozenset(): "no_rules"}, seen
    )


def _ask_new_user_methods(bench: Workbench) -> Finding:
    user = bench.make("users", **user_body(bench, "new"))
    answer = bench.get(f"users/{user['id']}/contact_methods")
    if not answer.ok:
        return answer.unclear()
    return answer.among({("email_contact_method",): "email", (): "none"}, tuple(it["type"] for it in answer.body))


def _ask_deleted_contact_method(bench: Workbench) -> Finding:
    user, method = _user_with_method(bench, "method")
    _add_rule(bench, user, method)
    answer = bench.delete(f"users/{user['id']}/contact_methods/{method['id']}")
    return answer.by_status({204: "rules_go", 400: "refused"})


def _ask_method_of_rule(bench: Workbench) -> Finding:
    user, method = _user_with_method(bench, "rule")
    answer = _add_rule(bench, user, method)
    shown = str(answer.body["contact_method"].get("type"))
    return answer.means("reference" if shown.endswith("_reference") else "plain")


def _ask_equal_handoff_rules(bench: Workbench) -> Finding:
    user, method = _user_with_method(bench, "hand-off")
    rule = {"handoff_type": "oncall", "notify_advance_in_minutes": 60, "contact_method": _plain(method)}
    path = f"users/{user['id']}/oncall_handoff_notification_rules"
    bench.need(bench.post(path, rule), path)
    return bench.post(path, rule).by_status({201: "taken", 400: "refused"})


def _ask_equal_status_update_rules(bench: Workbench) -> Finding:
    user, method = _user_with_method(bench, "status-update")
    rule = {"contact_method": _plain(method)}
    path = f"users/{user['id']}/status_update_notification_rules"
    bench.need(bench.post(path, rule), path)
    return bench.post(path, rule).by_status({201: "taken", 400: "refused"})


def _ask_automatic_member_role(bench: Workbench) -> Finding:
    made = bench.make("teams", type="team")
    target = reference(person(bench), "user")
    bench.make("escalation_policies", **policy_body(target, teams=[reference(made, "team")]))
    answer = bench.get(f"teams/{made['id']}/members")
    if not answer.ok or len(answer.body) != 1:
        return answer.unclear("PagerDuty added no member")
    return answer.among({role: role for role in ("manager", "responder", "observer")}, answer.body[0].get("role"))


def _ask_user_teams(bench: Workbench) -> Finding:
    made, user = bench.make("teams", type="team"), person(bench)
    put = bench.put(f"teams/{made['id']}/users/{user['id']}", {})
    if not put.ok:
        return put.unclear("the user was not added to a team")
    answers: list[Answer] = []

    def look() -> bool:
        answers.append(bench.get("users", query=user["email"]))
        rows = answers[-1].body if answers[-1].ok else ()
        return any(_says_teams(row, made) for row in rows if row.get("id") == user["id"])

    if bench.look_for(look):
        return answers[-1].means("all")
    (row,) = [it for it in answers[-1].body if it.get("id") == user["id"]] if answers[-1].ok else [{"teams": []}]
    # A list without the team is neither reading: pdsync would then read each team by itself.
    return answers[-1].unclear() if "teams" in row else answers[-1].means("nothing")


def _says_teams(row: Mapping[str, Any], team: Mapping[str, Any]) -> bool:
    teams = row.get("teams")
    return isinstance(teams, list) and any(it.get("id") == team["id"] for it in teams)


def _ask_user_subdomains(bench: Workbench) -> Finding:
    answer = bench.get(f"users/{person(bench)['id']}", include=["subdomains"])
    if not answer.ok or not isinstance(answer.body, dict):
        return answer.unclear()
    names = answer.body.get("subdomains")
    is_list_of_names = isinstance(names, list) and all(isinstance(it, str) for it in names)
    return answer.among({True: "names", None: "nothing"}, is_list_of_names if "subdomains" in answer.body else None)


def _ask_team_privileges(bench: Workbench) -> Finding:
    answer = bench.get(f"teams/{team(bench)['id']}", include=["privileges"])
    if not answer.ok or not isinstance(answer.body, dict):
        return answer.unclear()
    if "privileges" not in answer.body:
        return answer.means("nothing")
    return answer.among({True: "permissions"}, isinstance(answer.body["privileges"].get("permissions"), list))


def _ask_on_call_stakeholder(bench: Workbench) -> Finding:
    user = bench.make("users", **user_body(bench, "demoted"))
    bench.make("escalation_policies", **policy_body(reference(user, "user")))
    answer = bench.put(f"users/{user['id']}", {"type": "user", "role": "read_only_user"})
    return answer.by_status({200: "taken", 400: "refused"})


def _ask_freed_license(bench: Workbench) -> Finding:
    # The users of questions before may count for a while after they are deleted.
    bench.manner.sleep(_SETTLING_S)
    before = _taken_licenses(bench)
    user = bench.make("users", **user_body(bench, "licence"))
    # An account may count its users a little later.
    taken = bench.wait_for(lambda: max(0, _taken_licenses(bench) - before)) + before
    if not bench.delete(f"users/{user['id']}").ok:
        raise Unasked("DELETE of a user, which the question needs, was refused")
    is_free = bench.look_for(lambda: _taken_licenses(bench) < taken)
    return bench.get("licenses").means("at_once" if is_free else "later")


def _taken_licenses(bench: Workbench) -> int:
    """How many licences have someone; an account with licences that it does not count leaves the question open."""
    return sum(int(it["current_value"]) for it in bench.read("licenses"))


def _user_with_method(bench: Workbench, what: str) -> tuple[Object, Object]:
    """A new user, with an address of theirs that no rule names."""
    user = bench.make("users", **user_body(bench, what))
    path = f"users/{user['id']}/contact_methods"
    body = {"type": "email_contact_method", "label": "Made-up address", "address": bench.mark.address(f"{what}-second")}
    return user, bench.need(bench.post(path, body), path)


def _add_rule(bench: Workbench, user: Mapping[str, Any], method: Mapping[str, Any]) -> Answer:
    path = f"users/{user['id']}/notification_rules"
    body = {
        "type": "assignment_notification_rule",
        "start_delay_in_minutes": 5,
        "urgency": "high",
        "contact_method": _plain(method),
    }
    answer = bench.post(path, body)
    bench.need(answer, path)
    return answer


def _plain(method: Mapping[str, Any]) -> Object:
    return {"id": method["id"], "type": method["type"]}


PROBES = (
    Probe(
        "from_header",
        "POST /users without a From header",
        _ask_from_header,
        key="account",
    ),
    Probe(
        "stakeholder_target", "POST /escalation_policies with a stakeholder as its only target", _ask_stakeholder_target
    ),
    Probe("team_names", "POST /teams with the name of another team", _ask_team_names),
    Probe("new_user_rules", "GET /users/{id}/notification_rules of a new user", _ask_new_user_rules),
    Probe(
        "deleted_contact_method",
        "DELETE /users/{id}/contact_methods/{id} of a method that a rule names",
        _ask_deleted_contact_method,
    ),
    Probe("method_of_rule", "POST /users/{id}/notification_rules", _ask_method_of_rule),
    Probe(
        "equal_handoff_rules",
        "POST /users/{id}/oncall_handoff_notification_rules twice with one body",
        _ask_equal_handoff_rules,
    ),
    Probe(
        "equal_status_update_rules",
        "POST /users/{id}/status_update_notification_rules twice with one body",
        _ask_equal_status_update_rules,
    ),
    Probe(
        "automatic_member_role",
        "GET /teams/{id}/members of a team whose only link to the user is a policy",
        _ask_automatic_member_role,
    ),
    Probe("user_teams", "GET /users with the address of a member of a team", _ask_user_teams),
    Probe("user_subdomains", "GET /users/{id} with include[]=subdomains", _ask_user_subdomains),
    Probe("team_privileges", "GET /teams/{id} with include[]=privileges", _ask_team_privileges),
    Probe(
        "on_call_stakeholder",
        "PUT /users/{id} with the role read_only_user for a target of a policy",
        _ask_on_call_stakeholder,
    ),
    Probe("new_user_methods", "GET /users/{id}/contact_methods of a new user", _ask_new_user_methods),
    Probe("freed_license", "GET /licenses before and after a user is deleted", _ask_freed_license),
)
NOT_ASKED: Mapping[str, str] = {
    "sso_managed_address": "It takes an identity provider and a person whom it manages.",
    "private_object": "It takes the key of a second person, who is not in the team.",
    "owner_fields": "It would change the owner of the account.",
}
