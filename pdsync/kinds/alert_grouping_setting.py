"""Alert grouping setting: how the alerts of some services become incidents.

PagerDuty shows the same in `alert_grouping_parameters` of each of its services, and creates a setting itself where those are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.model.codec.plain import MAPPING, Choice, Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import Object, SetOf, optional
from pdsync.model.codec.time import Duration
from pdsync.model.common_field import description_field
from pdsync.model.fact import ExclusiveFact, Facts
from pdsync.model.field import Field, SpecRule
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing
from pdsync.model.live import LiveObject
from pdsync.model.ownership import MarkerLine
from pdsync.model.passing import Fields
from pdsync.model.scope import Path, Scope

_API = "PagerDuty API description, AlertGroupingSetting"
_SLUG = "alert_grouping_setting"
_DAY_S = 86_400
_CONTENT = ("aggregate", "fields", "time_window")
_NEEDED = {
    "content_based": _CONTENT,
    "content_based_intelligent": _CONTENT,
    "intelligent": ("time_window",),
    "time": ("timeout",),
}
"""The members of config that each type must have."""
_ALLOWED = {**_NEEDED, "intelligent": ("time_window", "iag_fields")}
_COMPARED = Text(min_length=1)


class _Config(Object):
    """Its members depend on the type, which is next to it: a schema alone would give an example without any."""

    def schema(self) -> dict[str, Any]:
        return {**Object.schema(self), "examples": [{"aggregate": "all", "fields": ["summary"], "time_window": 300}]}


_CONFIG = _Config.of(
    aggregate=optional(Choice(("all", "any")), "Whether all fields must match or one is enough (content_based...)."),
    fields=optional(SetOf(_COMPARED, min_items=1, noun="field"), "Fields to compare (content_based...)."),
    time_window=optional(
        Duration(minimum=300, maximum=3600, besides=(0, _DAY_S)),
        "How long alerts are grouped: seconds, or text such as 15m; at most 1h, or 24h (content_based with one service); 0 takes "
        "PagerDuty's advice.",
    ),
    iag_fields=optional(
        SetOf(_COMPARED, min_items=1, max_items=5, noun="field"),
        "Fields to compare. Default: [summary] (intelligent).",
    ),
    timeout=optional(
        Duration(minimum=60, maximum=_DAY_S, besides=(0,)),
        "How long alerts are grouped: seconds, or text such as 10m; 0 until the incident is resolved (time).",
    ),
)


def _check_config(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """Each type has members of its own."""
    kind, config = spec.get("type"), spec.get("config")
    if not isinstance(config, MAPPING) or kind not in _NEEDED:
        return
    missing = [name for name in _NEEDED[kind] if name not in config]
    # Where all that is there is of another type, that alone is said: it is one mistake.
    if missing and (not config or any(name in _ALLOWED[kind] for name in config)):
        names = " and ".join(filter(None, [", ".join(map(repr, missing[:-1])), repr(missing[-1])]))
        are = "are" if len(missing) > 1 else "is"
        scope.problem(
            (*path, "config"), f"{names} {are} missing", f"The type {kind} needs {'them' if are == 'are' else 'it'}."
        )
    for name in config:
        if name not in _ALLOWED[kind]:
            hint = f"It has: {', '.join(_ALLOWED[kind])}."
            scope.problem((*path, "config", name), f"{name!r} does not apply to the type {kind}", hint, on_key=True)


def _check_services(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """What PagerDuty accepts for one service only."""
    kind, services, config = spec.get("type"), spec.get("services"), spec.get("config")
    if not isinstance(services, list) or len(services) < 2:
        window = config.get("time_window") if isinstance(config, MAPPING) else None
        if kind != "content_based" and _is_a_day(window):
            message = "a window of a whole day is only for the type content_based"
            scope.problem((*path, "config", "time_window"), message, "Write at most 1h.")
        return
    place = (*path, "services")
    if kind == "time":
        scope.problem(place, "a setting of the type time has one service", "Write a setting for each service.")
    if kind == "content_based_intelligent":
        scope.warn(
            place,
            "PagerDuty may allow only one service in a setting of the type content_based_intelligent",
            "Write a setting for each service.",
        )
    if isinstance(config, MAPPING) and _is_a_day(config.get("time_window")):
        message = "a window of a whole day is only for a setting with one service"
        scope.problem((*path, "config", "time_window"), message, "Write at most 1h, or a setting for each service.")


def _is_a_day(window: object) -> bool:
    return Duration().canonical(window, Scope()) == _DAY_S if isinstance(window, str | int) else False


def _imply(fields: Fields) -> Fields:
    """PagerDuty compares the summary by default."""
    config = fields.get("config")
    if fields.get("type") == "intelligent" and isinstance(config, MAPPING):
        return {**fields, "config": {"iag_fields": ["summary"], **config}}
    return fields


def _is_of_one_service(live: LiveObject) -> bool:
    """Whether PagerDuty made it from the parameters of a service: it has no name, no text and no other service."""
    says_nothing = live.marker is None and not live.fields.get("name") and not live.fields.get("description")
    return says_nothing and len(live.fields.get("services") or ()) == 1 and live.fields.get("type") in _OF_PARAMETERS


_OF_PARAMETERS = ("time", "intelligent", "content_based")
"""The types that the parameters of a service can have (terraform-provider-pagerduty #949)."""
_LINE = MarkerLine()

ALERT_GROUPING_SETTING = Kind(
    name="AlertGroupingSetting",
    slug=_SLUG,
    file="alert-grouping",
    source=Listing(
        "alert_grouping_settings", paging="after", has_query=False, may_be_refused=True, none_is_missing=True
    ),
    description="How the alerts of some services become incidents. It needs AIOps.",
    # Names are optional and repeat: the ownership line and the id alone tell which one is meant.
    identity=(),
    ownership=_LINE,
    fields=(
        Field(
            "name",
            Nullable(Text(max_length=255, empty_is_null=True)),
            "The name in PagerDuty; defaults to metadata.name. null: no name.",
            f"{_API}; nullable",
            from_key=True,
            carry=True,
        ),
        description_field("AlertGroupingSetting", _LINE, _SLUG),
        Field(
            "type",
            Choice(tuple(_NEEDED)),
            "The criterion by which alerts are grouped.",
            _API,
            required=True,
            carry=True,
        ),
        Field(
            "config",
            _CONFIG,
            "The settings of the type. Their names depend on the type.",
            f"{_API}; time_window 300 to 3600, 86400 for content_based with one service, 0 as recommended; timeout 60 to 86400 "
            "seconds, 0 until resolved",
            required=True,
            carry=True,
        ),
        Field(
            "services",
            SetOf(Reference("service"), min_items=1, noun="service"),
            "The services. A service may be in only one setting, and its own manifest must not have alert_grouping_parameters then.",
            f"{_API}; a PUT without them keeps them; a setting is deleted with its last service (terraform-provider-pagerduty, "
            "alert_grouping_setting)",
            required=True,
        ),
    ),
    rules=(SpecRule(("type", "config"), _check_config), SpecRule(("type", "services", "config"), _check_services)),
    imply=_imply,
    facts=Facts(
        exclusive=ExclusiveFact(
            field="services",
            says="group the alerts",
            same_as="alert_grouping_parameters",
            is_implied=_is_of_one_service,
        ),
        lets_go="services",
    ),
)
