"""License: which roles a user's seat allows. It follows from the role; the API cannot buy one."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.links import SUBDOMAIN
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.store.record import Body, Record

_FULL = ("owner", "admin", "user", "limited_user", "observer", "restricted_access")
_STAKEHOLDER = ("read_only_user", "read_only_limited_user")
_LICENSES = {
    "PL1CFU1": ("Full User", "FullUser", _FULL),
    "PL1CST2": ("Stakeholder", "Stakeholder", _STAKEHOLDER),
}
_ALLOCATED_AT = "2026-01-01T00:00:00Z"  # the sandbox keeps no such moment


def license_routes() -> list[Route]:
    return [
        Route("GET", "/licenses", _list),
        Route("GET", "/license_allocations", _allocations),
        Route("GET", "/users/<id>/license", _of_user),
    ]


def license_problem(value: object, role: str) -> str | None:
    """What is wrong with a licence in the body of a user (terraform-provider-pagerduty #715, #745)."""
    id = value.get("id") if isinstance(value, dict) else None
    if not isinstance(id, str) or id not in _LICENSES or role not in _LICENSES[id][2]:
        return "License is not available"
    return None


def _list(call: Call) -> Answer:
    users = _holders(call)
    return Answer(200, {"licenses": [_show(id, users) for id in _LICENSES]})


def _of_user(call: Call, id: str) -> Answer:
    user = call.record("user", id)
    return Answer(200, {"license": _show(_license_of(user), _holders(call))})


def _allocations(call: Call) -> Answer:
    def show(user: Record) -> Body:
        license = _show(_license_of(user), ())
        del license["current_value"], license["allocations_available"]
        reference = {"id": user.id, "type": "user_reference"}
        return {"license": license, "user": reference, "allocated_at": _ALLOCATED_AT}

    return Answer(200, paginate(call, "license_allocations", call.store.ordered("user"), show))


def _holders(call: Call) -> list[Record]:
    """All users, and the deleted ones whose licence is not free yet: here it never is."""
    return [*call.store.all("user"), *(it for it in call.store.all("deleted_user") if "role" in it.body)]


def _license_of(user: Record) -> str:
    return next(id for id, (_, _, roles) in _LICENSES.items() if user.body["role"] in roles)


def _show(id: str, users: list[Record] | tuple[()]) -> Body:
    name, group, roles = _LICENSES[id]
    return {
        "id": id,
        "type": "license",
        "summary": name,
        "self": None,  # null in PagerDuty's API description, and so is the next
        "html_url": None,
        "name": name,
        "description": f"{name} of {SUBDOMAIN}",
        "valid_roles": list(roles),
        "role_group": group,
        "current_value": sum(user.body["role"] in roles for user in users),
        "allocations_available": None,
    }
