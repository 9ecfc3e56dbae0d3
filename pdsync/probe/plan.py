"""Plan: which features the account's plan is without, found by the status with which they are refused.

What can be read is asked by a read. The others are asked by a write, as an account refuses them only there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pdsync.client import RestApiV2Client
from pdsync.probe.answer import NO_ANSWER, Answer
from pdsync.probe.material import person, policy, policy_body, reference, service_body, user_body
from pdsync.probe.workbench import Object, Workbench
from pdsync.sandbox.profile.feature import FEATURES

_PAYMENT_REQUIRED, _FORBIDDEN = _LACKING = (402, 403)
_HIGH = {"type": "constant", "urgency": "high"}


def read_lacking(client: RestApiV2Client) -> dict[str, int]:
    """The features that can be read and are refused: the status of the refusal, by name. Raises the client's errors."""
    found: dict[str, int] = {}
    for name, feature in FEATURES.items():
        for path in feature.paths[:1]:
            status = client.get(path.strip("/"), params={"limit": 1}).status_code
            if status in _LACKING:
                found[name] = status
    return found


def find_lacking(bench: Workbench, abilities: Mapping[str, bool], tidy: Callable[[], None]) -> dict[str, int]:
    """The other refused features: the status of the refusal, by name. What cannot be asked is not in it.

    Raises Stopped and the client's errors.

    Args:
        abilities: of the account. Where it has those of a feature, a 403 is about the key, not about the plan.
        tidy: removes what was made for one feature.
    """
    found: dict[str, int] = {}
    for name, ask in _WRITES.items():
        try:
            status = ask(bench).status
        except NO_ANSWER:
            status = None
        tidy()
        has_all = bool(abilities) and all(abilities.get(it) for it in FEATURES[name].abilities)
        if status == _PAYMENT_REQUIRED or (status == _FORBIDDEN and not has_all):
            found[name] = status
    return found


def _policy_that_takes_turns(bench: Workbench) -> Answer:
    body = policy_body(reference(person(bench), "user"))
    strategy = {"escalation_rule_assignment_strategy": {"type": "round_robin"}}
    return bench.post(
        "escalation_policies", {**body, "escalation_rules": [{**body["escalation_rules"][0], **strategy}]}
    )


def _service(bench: Workbench, **more: object) -> Answer:
    return bench.post("services", service_body(policy(bench), **more))


def _support_hours() -> Object:
    return {
        "type": "fixed_time_per_day",
        "time_zone": "Etc/UTC",
        "start_time": "09:00:00",
        "end_time": "17:00:00",
        "days_of_week": [1, 2, 3, 4, 5],
    }


_WRITES: Mapping[str, Callable[[Workbench], Answer]] = {
    "round_robin": _policy_that_takes_turns,
    "advanced_permissions": lambda bench: bench.post("users", user_body(bench, "observer", role="observer")),
    "stakeholders": lambda bench: bench.post("users", user_body(bench, "stakeholder", role="read_only_user")),
    # The services of other probes are of low urgency.
    "urgencies": _service,
    # A plan that has them answers 400, as no urgency rule uses the hours. A rule that does could be refused for its urgencies.
    "support_hours": lambda bench: _service(bench, incident_urgency_rule=_HIGH, support_hours=_support_hours()),
}
