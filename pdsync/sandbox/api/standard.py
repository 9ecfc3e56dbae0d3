"""Standard: a rule for good services, and which services keep it.

The three are those of the example in PagerDuty's API description, whose ids they have. They are active for all services.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.problem import invalid, not_found
from pdsync.sandbox.store.record import Body, Record

_RESOURCE = "technical_service"
_MAX_IDS = 100  # PagerDuty API description


def _has_description(call: Call, service: Record) -> bool:
    return bool(service.body["description"])


def _has_two_levels(call: Call, service: Record) -> bool:
    """Two levels count that do not have the same targets."""
    policy = call.record("escalation_policy", service.body["escalation_policy"]["id"])
    levels = {frozenset(target["id"] for target in rule["targets"]) for rule in policy.body["escalation_rules"]}
    return len(levels) > 1


def _has_addon(call: Call, service: Record) -> bool:
    return any(call.store.referrers(kind, service.id) for kind in ("addon", "extension"))


@dataclass(frozen=True, slots=True)
class _Standard:
    id: str
    type: str
    name: str
    description: str
    is_kept: Callable[[Call, Record], bool]

    def head(self) -> Body:
        return {
            "id": self.id,
            "type": self.type,
            "name": self.name,
            "description": self.description,
            "active": True,
        }


_STANDARDS = (
    _Standard(
        "01CXX38Q0U8XKHO4LNKXUJTBFG",
        "has_technical_service_description",
        "Service has a description",
        "Responders need to know what a service is and what it is for.",
        _has_description,
    ),
    _Standard(
        "01CXX38Q0Y8D9IYFAEDCH5F53L",
        "minimum_escalation_policy_rule_depth",
        "Service has an escalation policy with 2 or more unique levels",
        "An incident must reach a second responder when the first one does not react.",
        _has_two_levels,
    ),
    _Standard(
        "01CXX38Q11T19P0K1GFKHUZJ35",
        "minimum_outbound_integrations",
        "Service has an extension or add-on (e.g. Slack, etc.)",
        "A connection to other tools keeps the people around an incident informed.",
        _has_addon,
    ),
)


def standard_routes() -> list[Route]:
    return [
        Route("GET", "/standards", _list),
        Route("GET", "/standards/scores/<resource_type>", _scores),
        Route("GET", "/standards/scores/<resource_type>/<id>", _score),
    ]


def _list(call: Call) -> Answer:
    """Without pages (PagerDuty API description)."""
    active, resource = call.arg("active"), call.arg("resource_type")
    if active not in (None, "true", "false"):
        raise invalid("Active must be true or false")
    if resource not in (None, _RESOURCE):
        raise invalid(f"Resource type must be one of: {_RESOURCE}")
    more = {"resource_type": _RESOURCE, "exclusions": [], "inclusions": []}
    return Answer(200, {"standards": [{**it.head(), **more} for it in _STANDARDS if active != "false"]})


def _scores(call: Call, resource_type: str) -> Answer:
    """Ids that do not exist are left out (the sandbox's own reading)."""
    _check_resource(resource_type)
    ids = list(dict.fromkeys([*call.args.get("ids", ()), *call.many("ids")]))
    if not 1 <= len(ids) <= _MAX_IDS:
        raise invalid(f"Ids must be 1 to {_MAX_IDS} ids of services")
    services = [service for id in ids if (service := call.store.get("service", id)) is not None]
    return Answer(200, {"resources": [_scored(call, it) for it in services]})


def _score(call: Call, resource_type: str, id: str) -> Answer:
    _check_resource(resource_type)
    return Answer(200, _scored(call, call.record("service", id)))


def _check_resource(resource_type: str) -> None:
    if resource_type != f"{_RESOURCE}s":
        raise not_found()


def _scored(call: Call, service: Record) -> Body:
    standards = [{**it.head(), "pass": it.is_kept(call, service)} for it in _STANDARDS]
    return {
        "resource_id": service.id,
        "resource_type": _RESOURCE,
        "score": {"passing": sum(it["pass"] for it in standards), "total": len(standards)},
        "standards": standards,
    }
