"""Any contact methods and rules to any others, in either mode: what is not refused is applied, and then there is nothing left."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pdsync.apply import apply_plan
from pdsync.client import RestApiV2Client
from pdsync.kinds import BY_NAME
from pdsync.model import Scope
from pdsync.sandbox import SandboxServer
from tests.support.world import TOKEN, plan_for, resource

METHODS: list[dict[str, Any]] = [
    {"type": "email_contact_method", "address": "ana@example.com"},
    {"type": "email_contact_method", "address": "Two@example.com", "send_short_email": True},
    {"type": "sms_contact_method", "address": "5550101"},
    {"type": "sms_contact_method", "address": "5550101", "country_code": 1},
    {"type": "sms_contact_method", "address": "5550101", "country_code": 49},
    {"type": "phone_contact_method", "address": "5550101", "country_code": 33, "label": "Mobile"},
]
POINTERS = [
    {name: method[name] for name in ("type", "address", "country_code") if name in method} for method in METHODS
]
RULES = [
    {"urgency": urgency, "start_delay_in_minutes": delay, "contact_method": pointer}
    for urgency in ("high", "low")
    for delay in (0, 5)
    for pointer in POINTERS
]


@st.composite
def people(draw: st.DrawFn) -> dict[str, Any]:
    """A spec that is valid by itself."""
    spec: dict[str, Any] = {"email": "ana@example.com"}
    for name, items in (("contact_methods", METHODS), ("notification_rules", RULES)):
        if draw(st.booleans()):
            spec[name] = draw(st.lists(st.sampled_from(items), max_size=4, unique_by=str))
            spec[f"{name}_mode"] = draw(st.sampled_from(["additive", "exclusive"]))
    scope = Scope()
    BY_NAME["User"].read_desired(spec, scope, ())
    if scope.problems:
        del spec["contact_methods"], spec["contact_methods_mode"]
    return spec


@settings(
    max_examples=20, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
)
@given(specs=st.lists(people(), min_size=2, max_size=4))
def test_any_lists_become_any_others(specs: list[dict[str, Any]]) -> None:
    with (
        SandboxServer() as sandbox,
        RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False) as client,
    ):
        for spec in specs:
            wanted = [resource("User", "ana", spec)]
            plan = plan_for(client, wanted)
            if plan.problems or plan.is_blocked:
                continue
            result = apply_plan(plan, client)
            assert result.exit_code == 0, (spec, [outcome.message for outcome in result.outcomes])
            again = plan_for(client, wanted)
            assert not again.changes, (spec, again.changes[0].children)
            assert not again.problems
