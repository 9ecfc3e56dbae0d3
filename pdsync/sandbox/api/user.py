"""User: a person, with the contact method and the two notification rules that come with a new one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from pdsync.sandbox.api.collection import Collection, Route
from pdsync.sandbox.api.contact_method import RULES, add_default_method
from pdsync.sandbox.api.identity_provider import check_address
from pdsync.sandbox.api.license import license_problem
from pdsync.sandbox.api.loose_end import end_subscriptions
from pdsync.sandbox.api.notification_rule import add_default_rules
from pdsync.sandbox.api.on_call_user import delete_problems, leave_overrides, role_problem
from pdsync.sandbox.api.session import KIND as SESSION
from pdsync.sandbox.api.tag import drop_tags
from pdsync.sandbox.http.call import ACCOUNT_TIME_ZONE, Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.links import SUBDOMAIN, WEB_URL
from pdsync.sandbox.http.problem import TextProblem, invalid
from pdsync.sandbox.http.requester import author, owner
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

ROLES = (
    "admin",
    "limited_user",
    "observer",
    "read_only_limited_user",
    "read_only_user",
    "restricted_access",
    "user",
)
STAKEHOLDERS = ("read_only_user", "read_only_limited_user")
_COLORS = ("purple", "red", "green", "blue", "teal", "orange", "brown", "turquoise", "dark-slate-grey", "cayenne")
_HISTORY = (
    *("schedule", "override", "incident", "log_entry", "note", "status_update", "escalation"),
    *("schedule_event", "override_shift", "custom_shift"),
    *("event_orchestration", "orchestration_path", "cache_variable"),
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def is_stakeholder(user: Record) -> bool:
    return user.body["role"] in STAKEHOLDERS


class Users(Collection):
    kind = "user"
    plural = "users"
    known_includes = frozenset({"contact_methods", "notification_rules", "teams", "subdomains"})
    query_fields = ("name", "email")

    def routes(self) -> list[Route]:
        return [Route("GET", "/users/me", self._me), *super().routes()]

    def before_create(self, call: Call) -> None:
        """The header From is checked before the body."""
        author(call)

    def create(self, call: Call, body: Body) -> Record:
        draft: Body = {
            "role": "user",
            # Unset means the account's zone; the server picks the colour (PagerDuty API description).
            "time_zone": ACCOUNT_TIME_ZONE,
            "color": _COLORS[len(call.store.all("user")) % len(_COLORS)],
            "description": None,
            "job_title": None,
        }
        return add_user(call.store, self._checked(call, body, draft, None))

    def update(self, call: Call, record: Record, body: Body) -> Record:
        return call.store.put("user", record.id, self._checked(call, body, dict(record.body), record))

    def remove(self, call: Call, record: Record) -> None:
        if record.body["role"] == "owner":
            raise invalid("The account owner cannot be deleted")
        problems = delete_problems(call, record)
        if problems:
            raise invalid(*problems)
        store = call.store
        for kind in (*RULES, "contact_method", SESSION):
            for child in store.children(kind, record.id):
                store.delete(child.id)
        for membership in store.referrers("membership", record.id):
            store.delete(membership.id)
        drop_tags(store, record)
        end_subscriptions(store, record)
        leave_overrides(call, record)
        store.delete(record.id)
        if call.profile.reads("freed_license", "later"):
            store.put("deleted_user", record.id, {"name": record.body["name"], "role": record.body["role"]})
        elif any(store.is_mentioned(kind, record.id) for kind in _HISTORY):
            # Ended layers still name the user (app-sre/qontract-reconcile #2074), and so do the logs of what they did.
            store.put("deleted_user", record.id, {"name": record.body["name"]})

    def filtered(self, call: Call, records: Iterable[Record]) -> Sequence[Record]:
        teams = set(call.many("team_ids"))
        if not teams:
            return list(records)
        return [
            user
            for user in records
            if any(it.body["team"]["id"] in teams for it in call.store.referrers("membership", user.id))
        ]

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        store, body = call.store, record.body
        methods = store.children("contact_method", record.id)
        rules = store.children("notification_rule", record.id)
        knows_subdomains = call.profile.reads("user_subdomains", "names")
        knows_teams = call.profile.reads("user_teams", "all")
        return {
            **call.links.head(record),
            **body,
            "avatar_url": f"{WEB_URL}/avatars/{record.id}.png",
            "contact_methods": [call.embed(it, whole="contact_methods" in includes) for it in methods],
            "notification_rules": [call.embed(it, whole="notification_rules" in includes) for it in rules],
            # An account has one.
            **({"subdomains": [SUBDOMAIN]} if "subdomains" in includes and knows_subdomains else {}),
            **({"teams": self._teams_of(call, record, includes)} if knows_teams else {}),
        }

    def _teams_of(self, call: Call, record: Record, includes: frozenset[str]) -> list[Body]:
        store = call.store
        teams = [store.get("team", it.body["team"]["id"]) for it in store.referrers("membership", record.id)]
        return [call.embed(it, whole="teams" in includes) for it in teams if it is not None]

    def _get(self, call: Call, id: str) -> Answer:
        return self._detail(call, call.record("user", id))

    def _me(self, call: Call) -> Answer:
        """Only with a user's own token (PagerDuty API description, /users/me).

        The libraries pagerduty and pdpyras know an account's key by "account-level access token" in a text.
        """
        if not call.token.of_user:
            raise TextProblem("/users/me needs the token of a user, and this is an account-level access token")
        return self._detail(call, owner(call.store))

    def _detail(self, call: Call, record: Record) -> Answer:
        """With the addresses of the calendar for the user, and for who asks and may write (API description, User)."""
        shown = self.show_one(call, record, call.includes())
        is_me = call.token.of_user and record is owner(call.store)
        if is_me or ("calendar_urls" in call.includes() and not call.token.read_only):
            secret = hashlib.sha256(record.id.encode()).hexdigest()[:32]
            feed = f"{WEB_URL.removeprefix('https')}/private/{secret}/feed"
            shown |= {"http_cal_url": f"https{feed}", "web_cal_url": f"webcal{feed}"}
        return Answer(200, {self.kind: shown})

    def _checked(self, call: Call, body: Body, draft: Body, record: Record | None) -> Body:
        form = Form(body, draft, creating=record is None)
        if record is not None and record.body["role"] == "owner" and call.profile.reads("owner_fields", "refused"):
            form.error("The account owner cannot be changed")
        # White space is collapsed by the server (terraform-provider-pagerduty #810).
        form.text("name", Text(100, min_length=1, clean=lambda text: " ".join(text.split())), required=True)
        # Emails are stored in lower case (terraform-provider-pagerduty, SuppressCaseDiff).
        form.text(
            "email",
            Text(
                100,
                min_length=6,
                clean=lambda text: text.strip().lower(),
                check=lambda text: None if _EMAIL.fullmatch(text) else "is invalid",
            ),
            required=True,
        )
        check_address(call, form, record)
        if not (record is not None and body.get("role") == record.body["role"]):
            # The owner can be neither set nor changed (terraform-provider-pagerduty PR 379).
            form.choice("role", ROLES)
            if record is not None and record.body["role"] == "owner" and draft["role"] != "owner":
                form.error("Role of the account owner cannot be changed")
            if record is not None and draft["role"] in STAKEHOLDERS and (problem := role_problem(call, record)):
                form.error(problem)
        if "license" in body and (problem := license_problem(body["license"], draft["role"])):
            form.error(problem)
        form.text("job_title", Text(100), null=None)
        form.zone("time_zone", null=ACCOUNT_TIME_ZONE)
        form.text("color", Text(40, min_length=1), null=draft["color"])
        form.text("description", Text(1024), null=None)
        email = draft.get("email")
        if any(it.body["email"] == email and it is not record for it in call.store.all("user")):
            form.error("Email has already been taken")  # text: terraform-provider-pagerduty #845
        form.finish()
        return draft


def add_user(store: Store, body: Body) -> Record:
    """Stores a new user with the children that PagerDuty makes: facts have one email method and >= 1 rule per urgency."""
    user = store.put("user", store.new_id(), {**body, "invitation_sent": True, "created_via_sso": False})
    if store.profile.reads("new_user_methods", "email"):
        add_default_rules(store, user, add_default_method(store, user))
    return user


USERS = Users()
