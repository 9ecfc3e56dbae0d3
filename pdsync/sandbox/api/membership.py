"""Membership: who is in a team with which role, and which policies belong to it."""

from __future__ import annotations

from collections.abc import Iterable

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.user import is_stakeholder
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import invalid, not_found
from pdsync.sandbox.paging.on_call_schedule import find_schedule, users_of
from pdsync.sandbox.store.record import Body, Record

_ROLES = ("observer", "responder", "manager")
_DEFAULT_ROLE = "manager"  # what a bare PUT gives (terraform-provider-pagerduty PR 151)


def membership_routes() -> list[Route]:
    user, policy = "/teams/<id>/users/<user_id>", "/teams/<id>/escalation_policies/<policy_id>"
    return [
        Route("GET", "/teams/<id>/members", _list),
        Route("PUT", user, _put_user),
        Route("DELETE", user, _delete_user),
        Route("PUT", policy, _put_policy),
        Route("DELETE", policy, _delete_policy),
    ]


def enroll(call: Call, team_id: str, user_ids: Iterable[str]) -> None:
    """Users of a policy or schedule that is in a team join it silently, and stay (terraform-provider-pagerduty #285)."""
    for user_id in user_ids:
        user = call.store.get("user", user_id)
        if user is not None and not is_stakeholder(user) and call.store.find(_id(team_id, user_id)) is None:
            _join(call, call.record("team", team_id), user, call.profile.reading("automatic_member_role"))


def policy_users(call: Call, policy: Body) -> list[str]:
    """Ids of the users whom a policy can notify, directly or through a schedule that has not ended."""
    users: dict[str, None] = {}
    for rule in policy["escalation_rules"]:
        for target in rule["targets"]:
            schedule = find_schedule(call.store, target["id"])
            users |= dict.fromkeys(users_of(call.store, schedule, call.now) if schedule else [target["id"]])
    return list(users)


def _list(call: Call, id: str) -> Answer:
    team = call.record("team", id)
    full = "users" in call.includes()

    def show(record: Record) -> Body:
        user = call.record("user", record.body["user"]["id"])
        return {"user": call.embed(user, whole=full), "role": record.body["role"]}

    return Answer(200, paginate(call, "members", call.store.children("membership", team.id), show))


def _put_user(call: Call, id: str, user_id: str) -> Answer:
    team, user = call.record("team", id), call.record("user", user_id)
    old = call.store.find(_id(team.id, user.id))
    draft: Body = {"role": old.body["role"] if old else _DEFAULT_ROLE}
    # The body is optional, and has no wrapper (PagerDuty API description).
    form = Form(call.json() if call.raw_body.strip() else {}, draft, creating=False)
    form.choice("role", _ROLES, null=draft["role"])
    form.finish()
    if is_stakeholder(user):
        # PagerDuty API description: adding a read_only_user is a 400.
        raise invalid("Stakeholders cannot be added to teams")
    _join(call, team, user, draft["role"])
    return Answer(204)


def _delete_user(call: Call, id: str, user_id: str) -> Answer:
    team, user = call.record("team", id), call.record("user", user_id)
    membership = call.store.find(_id(team.id, user.id))
    if membership is None:
        raise not_found()
    if any(user.id in policy_users(call, policy.body) for policy in call.store.referrers("escalation_policy", team.id)):
        # Text: terraform-provider-pagerduty PR 558.
        raise invalid("User cannot be removed as they belong to an escalation policy on this team")
    call.store.delete(membership.id)
    return Answer(204)


def _put_policy(call: Call, id: str, policy_id: str) -> Answer:
    team, policy = call.record("team", id), call.record("escalation_policy", policy_id)
    if any(it["id"] == team.id for it in policy.body["teams"]):
        # Text: terraform-provider-pagerduty #709.
        raise invalid("Escalation Policy has already been taken")
    # At most one team (PagerDuty API description), so it moves.
    call.store.put("escalation_policy", policy.id, {**policy.body, "teams": [pointer(team)]})
    enroll(call, team.id, policy_users(call, policy.body))
    return Answer(204)


def _delete_policy(call: Call, id: str, policy_id: str) -> Answer:
    """204 also for a policy that is not in the team (terraform-provider-pagerduty #709)."""
    team, policy = call.record("team", id), call.record("escalation_policy", policy_id)
    teams = [it for it in policy.body["teams"] if it["id"] != team.id]
    call.store.put("escalation_policy", policy.id, {**policy.body, "teams": teams})
    return Answer(204)


def _join(call: Call, team: Record, user: Record, role: str) -> None:
    body = {"team": pointer(team), "user": pointer(user), "role": role}
    call.store.put("membership", _id(team.id, user.id), body, team.id)


def _id(team_id: str, user_id: str) -> str:
    return f"{team_id}:{user_id}"
