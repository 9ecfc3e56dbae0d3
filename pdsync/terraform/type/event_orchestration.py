"""``pagerduty_event_orchestration``, its integrations, cache variables, and whether AIOps is on (``pagerduty_enablement``).

Routing keys of integrations are in a state, and no table names them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pdsync.terraform.mapping import Attribute, DocumentType, ItemType, ObjectType, Parent, UnsureError
from pdsync.terraform.value import block, reference, without_empty

_SLUG, _SERVICE = "event_orchestration", "service"


def _team(value: Any) -> Any:
    """An id. Older versions of the provider have a block with an id."""
    identity = value if isinstance(value, str) else block(value).get("id")
    return reference("team")(identity) if identity else None


EVENT_ORCHESTRATION = ObjectType(
    _SLUG,
    {"name": Attribute("name"), "description": Attribute("description"), "team": Attribute("team", _team)},
)


def _parent_in(attribute: str, slug: str) -> Callable[[Mapping[str, Any]], Parent]:
    def parent(values: Mapping[str, Any]) -> Parent:
        return slug, str(values.get(attribute))

    return parent


def _integration(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values.get(name) for name in ("id", "label")}


ORCHESTRATION_INTEGRATION = ItemType(
    "integrations", _parent_in(_SLUG, _SLUG), _integration, frozenset({_SLUG, "label"})
)


def _cache_variable(values: Mapping[str, Any]) -> dict[str, Any]:
    configuration = block(values.get("configuration"))
    own = without_empty(configuration, "type", "source", "regex", "data_type")
    seconds = {"ttl_seconds": configuration["ttl_seconds"]} if configuration.get("ttl_seconds") else {}
    return {
        **{name: values.get(name) for name in ("id", "name")},
        "disabled": bool(values.get("disabled")),
        "conditions": [{"expression": each.get("expression")} for each in values.get("condition") or () if each],
        "configuration": {**own, **seconds},
    }


_OF_VARIABLE = frozenset({"name", "disabled", "condition", "configuration"})
CACHE_VARIABLE = ItemType("cache_variables", _parent_in(_SLUG, _SLUG), _cache_variable, _OF_VARIABLE | {_SLUG})
SERVICE_CACHE_VARIABLE = ItemType(
    "cache_variables", _parent_in(_SERVICE, _SERVICE), _cache_variable, _OF_VARIABLE | {_SERVICE}
)
_AIOPS = "aiops"


def _entity(values: Mapping[str, Any]) -> Parent:
    slug = str(values.get("entity_type"))
    if slug not in (_SLUG, _SERVICE):
        raise UnsureError("its entity_type is not known")
    return slug, str(values.get("entity_id"))


def _enablement(values: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if values.get("feature") != _AIOPS:
        raise UnsureError(f"its feature is not {_AIOPS}, and pdsync knows no other")
    return [{"feature": _AIOPS, "enabled": bool(values.get("enabled"))}]


ENABLEMENT = DocumentType(
    _AIOPS,
    _entity,
    _enablement,
    frozenset({"entity_type", "entity_id", "feature", "enabled"}),
    is_always_named=True,
)
