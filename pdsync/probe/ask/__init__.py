"""How each open question is asked: one module for each area, as in `pdsync.sandbox.profile`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pdsync.probe.ask import (
    account_settings,
    alert_grouping,
    automation,
    business_services,
    custom_fields,
    event_orchestrations,
    extensions,
    incidents,
    integrations,
    limits,
    listings,
    orchestrations,
    organisation,
    other_hosts,
    people,
    schedules,
    services,
    shift_schedules,
    shift_times,
    workflows,
    writes,
)
from pdsync.probe.probe import Probe
from pdsync.sandbox.profile import QUESTIONS

_AREAS = (
    schedules,
    shift_schedules,
    shift_times,
    people,
    listings,
    services,
    integrations,
    alert_grouping,
    incidents,
    organisation,
    business_services,
    orchestrations,
    event_orchestrations,
    automation,
    workflows,
    custom_fields,
    other_hosts,
    extensions,
    account_settings,
    limits,
    writes,
)


def _in_order(found: list[Probe]) -> Mapping[str, Probe]:
    """By the name of the question, in the order of the questions."""
    by_name = {probe.question: probe for probe in found}
    if len(by_name) < len(found) or not QUESTIONS.keys() >= by_name.keys():
        raise ValueError("two probes ask the same question, or one asks none that there is")
    return MappingProxyType({name: by_name[name] for name in QUESTIONS if name in by_name})


PROBES = _in_order([probe for area in _AREAS for probe in area.PROBES])
NOT_ASKED: Mapping[str, str] = MappingProxyType({name: why for area in _AREAS for name, why in area.NOT_ASKED.items()})
"""Why a question cannot be asked by a program."""
