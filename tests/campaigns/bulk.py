"""A company of which many objects change at once, so that they are read again by pages."""

from __future__ import annotations

from tests.campaigns.company import replaced
from tests.campaigns.harness import SMALL, Harness

_SERVICES, _GONE = 26, 22
"""How many there are, and how many of those are left: as many are updated, and enough for pages go with the teams."""
_TEAMS = 21


def _services(count: int, spec: str) -> str:
    return "".join(
        f"---\napiVersion: pdsync/v1\nkind: Service\nmetadata: {{name: s{number:02}}}\n"
        f"spec: {{name: Service {number:02}, escalation_policy: shop{spec}}}\n"
        for number in range(count)
    )


_MORE_TEAMS = "".join(
    f"---\napiVersion: pdsync/v1\nkind: Team\nmetadata: {{name: t{number:02}}}\nspec: {{name: Team {number:02}}}\n"
    for number in range(_TEAMS)
)
BEFORE = SMALL + _services(_SERVICES, "") + _MORE_TEAMS
AFTER = SMALL + _services(_GONE, ", auto_resolve_timeout: 2h")
_PRUNE = "prune: {mode: owned, max_deletes: 1000, max_delete_percent: 100}\n"


def begin_bulk(harness: Harness) -> None:
    """The account as an apply of the first manifests left it, and the second ones in the workspace: they update most of the services, and
    delete the others and all of the teams."""
    _begin(harness, BEFORE, AFTER)


def begin_replacing(harness: Harness) -> None:
    """The same with the small company. The second manifests replace what PagerDuty does not change."""
    _begin(harness, SMALL, replaced(SMALL))


def _begin(harness: Harness, before: str, after: str) -> None:
    file = harness.folder / "manifests" / "all.yaml"
    file.write_text(before, encoding="utf-8")
    assert harness.apply().code == 0
    harness.start = harness.server.control.state()
    file.write_text(after, encoding="utf-8")
    settings = harness.folder / "pdsync.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + _PRUNE, encoding="utf-8")
