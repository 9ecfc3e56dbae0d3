"""The world that every contestant of the race builds: plain data, from which each writes it in its own language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

PAGE = 100


@dataclass(frozen=True)
class World:
    """How much of everything there is. Without arguments: the world of docs/performance.md."""

    users: int = 300
    teams: int = 60
    members: int = 5
    """Of each team, with no role named."""
    schedules: int = 100
    policies: int = 100
    services: int = 300
    revision: int = 1
    """What the descriptions of the services say, so that another revision changes all of them and nothing else."""

    def scaled(self, factor: float) -> World:
        """The same proportions; at least one of each."""
        sizes = {
            name: max(1, round(getattr(self, name) * factor))
            for name in ("users", "teams", "schedules", "policies", "services")
        }
        return replace(self, **sizes, members=min(self.members, sizes["users"]))

    def of_objects(self, objects: int) -> World:
        return self.scaled(objects / self.objects)

    def changed(self) -> World:
        return replace(self, revision=self.revision + 1)

    @property
    def objects(self) -> int:
        return self.users + self.teams + self.schedules + self.policies + self.services

    @property
    def memberships(self) -> int:
        return self.teams * self.members

    @property
    def least_reads(self) -> int:
        """The pages of all collections; an empty one has one too. The owner of the account is a user."""
        counts = (self.users + 1, self.teams, self.schedules, self.policies, self.services)
        return sum(max(1, -(-count // PAGE)) for count in counts)

    @property
    def least_creates(self) -> int:
        """A request for each object and each membership: no endpoint takes more of them at once."""
        return self.objects + self.memberships

    def records(self) -> dict[str, list[dict[str, Any]]]:
        """Everything by collection. What refers to something names its key."""
        return {
            "users": [
                {"key": f"u{n}", "name": f"Person {n}", "email": f"person-{n}@example.com"} for n in range(self.users)
            ],
            "teams": [
                {
                    "key": f"t{n}",
                    "name": f"Team {n}",
                    "members": [f"u{(n * self.members + m) % self.users}" for m in range(self.members)],
                }
                for n in range(self.teams)
            ],
            "schedules": [
                {"key": f"s{n}", "name": f"Schedule {n}", "users": self._people(n)} for n in range(self.schedules)
            ],
            "policies": [
                {"key": f"p{n}", "name": f"Policy {n}", "schedule": f"s{n % self.schedules}"}
                for n in range(self.policies)
            ],
            "services": [
                {
                    "key": f"v{n}",
                    "name": f"Service {n}",
                    "description": f"Revision {self.revision} of service {n}.",
                    "policy": f"p{n % self.policies}",
                }
                for n in range(self.services)
            ],
        }

    def _people(self, schedule: int) -> list[str]:
        return [f"u{n % self.users}" for n in range(3 * schedule, 3 * schedule + min(3, self.users))]
