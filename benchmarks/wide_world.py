"""A world of every kind and list, and what a plan of it may cost: requests alone, which are the same on every machine."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from wide_kinds import MANY, PAGE, Many, pages, pages_by_cursor

_PURPOSES = (
    *(path for many in MANY for path in many.paths),
    ("/integration-slack/", "Slack channels"),
    *(("/services/custom_fields", "custom fields"), ("/incidents/types", "incident types")),
    *(("/alert_grouping_settings", "grouping settings"), ("/cache_variables", "variables")),
    *((f"/{name}", "rules of events") for name in ("router", "global", "unrouted", "event_orchestrations/services/")),
    *(("/integrations", "integrations"), ("/enablements", "AIOps"), ("/event_orchestrations", "orchestrations")),
    *(("/service_dependencies/", "dependencies"), ("/subscribers", "subscribers"), ("/triggers", "triggers")),
    *(("/tags", "tags"), ("_notification_rules", "rules"), ("/users/me", "the key"), ("/users", "users")),
    *(
        ("/teams", "teams"),
        ("/schedules", "schedules"),
        ("/escalation_policies", "policies"),
        ("/services", "services"),
    ),
    *(("/business_services", "business services"), ("/templates", "templates"), ("/incident_workflows", "workflows")),
)
PURPOSES = tuple(dict.fromkeys(purpose for _, purpose in _PURPOSES))


def purpose_of(path: str) -> str:
    """What a request for this path is for."""
    return next(purpose for part, purpose in _PURPOSES if part in path)


@dataclass(frozen=True)
class WideWorld:
    """How much of everything there is, and in how many objects manifests name the lists that cost a request for each of them."""

    users: int = 1_000
    teams: int = 100
    schedules: int = 300
    policies: int = 100
    services: int = 1_000
    business_services: int = 200
    templates: int = 10
    workflows: int = 100
    triggers: int = 2
    """Of each workflow."""
    labels: int = 400
    tagged_users: int = 100
    ruled_users: int = 50
    """People whose manifests name both lists of rules."""
    dependent_services: int = 100
    subscribed: int = 50
    """Business services whose manifests name subscribers."""
    orchestrations: int = 30
    """Their manifests name all of their lists and rules."""
    routed_services: int = 50
    """Services whose manifests name rules for events."""
    connected_services: int = 100
    """Services whose manifests name a Slack channel."""
    most: int = 1_000
    """Of the kinds in `wide_kinds` there are at most so many objects each."""

    def plain(self) -> WideWorld:
        """The same people, teams, rotas and services, with nothing else."""
        nothing = dict.fromkeys(
            (
                "business_services",
                "templates",
                "workflows",
                "labels",
                "tagged_users",
                "ruled_users",
                "dependent_services",
                "orchestrations",
                "routed_services",
                "connected_services",
            ),
            0,
        )
        return replace(self, **nothing, subscribed=0, most=0)

    @property
    def tagged(self) -> int:
        """Objects whose manifests name tags."""
        return self.tagged_users + self.teams + self.policies if self.labels else 0

    def rows(self, size: int = PAGE) -> dict[str, int]:
        """The most that a plan may ask, by what it is for."""
        many = {
            purpose: asks(count, size) for it in MANY if (count := self.count(it)) for purpose, asks in it.asks.items()
        }
        return {
            "the key": 1,
            "users": pages(self.users + 1, size),  # and the owner
            "teams": pages(self.teams, size),
            "schedules": pages(self.schedules, size),
            "policies": pages(self.policies, size),
            "services": pages(self.services, size),
            "business services": pages(self.business_services, size),
            "templates": pages(self.templates, size),
            "workflows": pages(self.workflows, size),
            "triggers": pages_by_cursor(self.workflows * self.triggers, size) if self.workflows else 0,
            "dependencies": self.dependent_services + self.business_services,
            "subscribers": self.subscribed,
            "tags": min(3 * self.labels, self.tagged),
            "rules": 2 * self.ruled_users,
            "orchestrations": pages(self.orchestrations, size),
            "integrations": self.orchestrations,
            "variables": self.orchestrations,
            "AIOps": self.orchestrations,
            # Whether the rules of a service are active is a request of its own.
            "rules of events": 3 * self.orchestrations + 2 * self.routed_services,
            "incident types": 1,
            "custom fields": 1,
            "grouping settings": 1,
            "Slack channels": 1 if self.connected_services else 0,
            **many,
        }

    def count(self, many: Many) -> int:
        """How many objects of one of the further kinds there are."""
        return min(self.most, many.count)

    def manifests(self) -> str:
        """Documents of YAML."""
        return "".join(
            f"---\napiVersion: pdsync/v1\nkind: {kind}\nmetadata: {{name: {key}}}\nspec: {json.dumps(spec)}\n"
            for kind, key, spec in [
                *self._people(),
                *self._services(),
                *self._workflows(),
                *self._orchestrations(),
                *self._many(),
            ]
        )

    def _tags(self, number: int) -> dict[str, Any]:
        return {"tags": [f"label {number % self.labels}", f"label {(number + 1) % self.labels}"]} if self.labels else {}

    def _people(self) -> list[tuple[str, str, dict[str, Any]]]:
        found = []
        for n in range(self.users):
            email = f"person-{n}@example.com"
            spec = {"name": f"Person {n}", "email": email, **(self._tags(n) if n < self.tagged_users else {})}
            if n < self.ruled_users:
                method = {"type": "email_contact_method", "address": email}
                spec["oncall_handoff_notification_rules"] = [
                    {"notify_advance_in_minutes": 60, "contact_method": method}
                ]
                spec["status_update_notification_rules"] = [{"contact_method": method}]
            found.append(("User", f"u{n}", spec))
        found += [("Team", f"t{n}", {"name": f"Team {n}", **self._tags(n)}) for n in range(self.teams)]
        for n in range(self.schedules):
            layer = {
                "name": "All",
                "users": [f"u{n % self.users}"],
                "rotation_virtual_start": "2026-01-05T09:00",
                "rotation_turn_length_seconds": "1w",
            }
            found.append(("Schedule", f"s{n}", {"time_zone": "Etc/UTC", "schedule_layers": [layer]}))
        for n in range(self.policies):
            rule = {"escalation_delay_in_minutes": 10, "targets": [{"schedule": f"s{n % self.schedules}"}]}
            found.append(("EscalationPolicy", f"p{n}", {"escalation_rules": [rule], **self._tags(n)}))
        return found

    def _services(self) -> list[tuple[str, str, dict[str, Any]]]:
        found: list[tuple[str, str, dict[str, Any]]] = []
        for n in range(self.services):
            rests = {"depends_on": [{"service": f"v{n + 1}"}]} if n < self.dependent_services else {}
            channel = {"channel": f"C{n:05}", "notification_type": "responder", "events": ["incident.triggered"]}
            slack = {"slack": [channel]}
            rules = {"event_orchestration": {"start": [{"label": "seen", "annotate": "Look."}]}}
            spec = {
                "escalation_policy": f"p{n % self.policies}",
                **rests,
                **(rules if n < self.routed_services else {}),
                **(slack if n < self.connected_services else {}),
            }
            found.append(("Service", f"v{n}", spec))
        for n in range(self.business_services):
            hears = {"subscribers": [{"user": f"u{n % self.users}"}]} if n < self.subscribed else {}
            rests = {"depends_on": [{"service": f"v{n % self.services}"}]}
            found.append(("BusinessService", f"b{n}", {**rests, **hears}))
        return found

    def _workflows(self) -> list[tuple[str, str, dict[str, Any]]]:
        found: list[tuple[str, str, dict[str, Any]]] = [
            (
                "Template",
                f"m{n}",
                {"message": "We are on it.", "email_subject": "Trouble", "email_body": "We are on it."},
            )
            for n in range(self.templates)
        ]
        for n in range(self.workflows):
            starts: list[dict[str, Any]] = [{"manual": True, "services": [f"v{n % self.services}"]}]
            starts += [
                {"conditional": f"incident.priority matches 'P{at}'", "services": "all"}
                for at in range(self.triggers - 1)
            ]
            steps = [{"name": "Wait", "action": "delay:1", "inputs": {"Delay": 5}}]
            found.append(("IncidentWorkflow", f"w{n}", {"steps": steps, "triggers": starts}))
        return found

    def _many(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [(it.kind, f"more{n}", it.spec(n)) for it in MANY for n in range(self.count(it))]

    def _orchestrations(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [
            (
                "EventOrchestration",
                f"o{n}",
                {
                    "integrations": [{"label": "Events"}],
                    "cache_variables": [
                        {"name": "host", "type": "recent_value", "source": "event.source", "regex": "(.*)"}
                    ],
                    "aiops": True,
                    "router": [{"label": "all", "route_to": f"v{n % self.services}"}],
                    "global": {"start": [{"label": "seen", "severity": "info"}]},
                    "unrouted": {"catch_all": {"severity": "info"}},
                },
            )
            for n in range(self.orchestrations)
        ]
