"""Material: objects that many probes need. Each gives the body of one, or makes one that is shared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.probe.workbench import Object, Workbench

_LONG_AGO = "2026-01-05T09:00:00Z"
_DAY_S = 86_400


def reference(made: Mapping[str, Any], kind: str) -> Object:
    """A reference to an object."""
    return {"id": made["id"], "type": f"{kind}_reference"}


def user_body(bench: Workbench, what: str = "person", **more: Any) -> Object:
    """A user with an address that no person reads, of the lowest role that can be on call."""
    return {"type": "user", "email": bench.mark.address(what), "role": "limited_user", **more}


def layer_body(*users: Mapping[str, Any], **more: Any) -> Object:
    """A layer in which these users take turns of a day."""
    members = [{"user": reference(user, "user")} for user in users]
    return {
        "name": "Layer",
        "start": _LONG_AGO,
        "rotation_virtual_start": _LONG_AGO,
        "rotation_turn_length_seconds": _DAY_S,
        "users": members,
        **more,
    }


def schedule_body(*layers: Mapping[str, Any], **more: Any) -> Object:
    """A schedule in UTC."""
    return {"type": "schedule", "time_zone": "Etc/UTC", "schedule_layers": list(layers), **more}


def policy_body(*targets: Mapping[str, Any], **more: Any) -> Object:
    """A policy of one level with these targets, which are references."""
    rule = {"escalation_delay_in_minutes": 30, "targets": list(targets)}
    return {"type": "escalation_policy", "escalation_rules": [rule], **more}


def service_body(policy: Mapping[str, Any], **more: Any) -> Object:
    """A service of low urgency, so that nothing of it escalates."""
    quiet = {"type": "constant", "urgency": "low"}
    return {
        "type": "service",
        "escalation_policy": reference(policy, "escalation_policy"),
        "incident_urgency_rule": quiet,
        **more,
    }


def person(bench: Workbench) -> Object:
    """A user that probes share."""
    return bench.share("person", lambda it: it.make("users", **user_body(it)))


def colleague(bench: Workbench) -> Object:
    """A second user that probes share."""
    return bench.share("colleague", lambda it: it.make("users", **user_body(it, "colleague")))


def policy(bench: Workbench) -> Object:
    """A policy that probes share; it names the shared user."""
    target = reference(person(bench), "user")
    return bench.share("policy", lambda it: it.make("escalation_policies", **policy_body(target)))


def service(bench: Workbench) -> Object:
    """A service that probes share."""
    body = service_body(policy(bench))
    return bench.share("service", lambda it: it.make("services", **body))


def team(bench: Workbench) -> Object:
    """A team that probes share."""
    return bench.share("team", lambda it: it.make("teams", type="team"))
