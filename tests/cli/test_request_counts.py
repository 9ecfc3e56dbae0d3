"""What each command asks of PagerDuty, counted in the sandbox's own log: what is asked for each object is in the table, as S and T.

One account is small and another has several pages of each collection, so that a request too many in either is found.
docs/performance.md shows the same table.
"""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from race_contestants import manifests
from race_world import World

from pdsync.cli.main import main
from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.cli.request_cost import EMPTY_KINDS, Cost, Size
from tests.support.holiday import DAYS_OFF
from tests.support.world import TOKEN
from tests.terraform.provider import TfResource, as_state

SMALL = World(users=5, teams=2, members=2, schedules=2, policies=2, services=3)
LARGE = World(users=30, teams=20, members=4, schedules=20, policies=20, services=30)
"""Of each collection so many are created that their looks are shared."""
VENDORS = 27
"""That the sandbox lists."""
PERFORMANCE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"


class Town:
    """An account that pdsync made of a world, with its folder. `first_apply` is what that apply asked."""

    def __init__(self, world: World, folder: Path, server: SandboxServer) -> None:
        self.world, self.folder, self.server = world, folder, server
        (folder / "pdsync.yaml").write_text("workspace: race\npaths: [manifests]\npeople: managed\n")
        self.write(world)

    def write(self, world: World) -> None:
        (self.folder / "manifests").mkdir(exist_ok=True)
        for collection, documents in manifests(world).items():
            (self.folder / "manifests" / f"{collection}.yaml").write_text("".join(documents))

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / "manifests" / f"{file}.yaml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def settle(self) -> None:
        self.first_apply = [it["method"] for it in self.server.requests()]
        self.settled = self.server.control.state()

    def reset(self) -> None:
        self.server.control.restore(self.settled)
        shutil.rmtree(self.folder / "manifests")
        self.write(self.world)

    def size(self, page_size: int) -> Size:
        return Size(self.world, VENDORS, len(self.server.control.state()["audit_record"]), page_size)


Prepare = Callable[[Town, Pdsync], object]


def as_it_is(town: Town, pdsync: Pdsync) -> None:
    """The manifests say what the account holds."""


def change_one(town: Town, pdsync: Pdsync) -> None:
    town.edit("services", "Revision 1 of service 0.", "Another text.")


def create_one(town: Town, pdsync: Pdsync) -> None:
    text = "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: new}\nspec: {name: New}\n"
    (town.folder / "manifests" / "new.yaml").write_text(text)


def name_roles(town: Town, pdsync: Pdsync) -> None:
    """Every member has a role in the manifests, and has had it since an apply."""
    town.edit("teams", '"}', '", "role": "responder"}')
    assert pdsync("apply", "--yes").code == 0


def change_role(town: Town, pdsync: Pdsync) -> None:
    """Two teams have a member whose role only the manifests say."""
    for team in ("Team 0", "Team 1"):
        (line,) = [
            it for it in (town.folder / "manifests" / "teams.yaml").read_text().splitlines() if f'"{team}"' in it
        ]
        town.edit("teams", line, line.replace('"}', '", "role": "manager"}', 1))


def edit_by_hand(town: Town, pdsync: Pdsync) -> None:
    (service,) = [it for it in town.settled["service"] if it["name"] == "Service 0"]
    body = {"description": service["description"].replace("Revision 1", "By hand")}
    town.server.control.edit("PUT", f"/services/{service['id']}", {"service": body})


def save_plan(town: Town, pdsync: Pdsync) -> None:
    change_one(town, pdsync)
    assert pdsync("plan", "--out", "saved.json").code == 0


def release_one(town: Town, pdsync: Pdsync) -> None:
    assert pdsync("release", "--yes", "service/v0").code == 0


def write_state(town: Town, pdsync: Pdsync) -> None:
    (service,) = [it for it in town.settled["service"] if it["name"] == "Service 0"]
    values = {"id": service["id"], "name": "Service 0", "escalation_policy": service["escalation_policy"]["id"]}
    state = as_state([TfResource("pagerduty_service", "v0", values)])
    (town.folder / "state.json").write_text(json.dumps(state))


def route_events(town: Town, pdsync: Pdsync) -> None:
    """An orchestration leads all events to one service."""
    text = (
        "apiVersion: pdsync/v1\nkind: EventOrchestration\nmetadata: {name: events}\n"
        "spec: {name: Events, router: [{label: all, route_to: v0}]}\n"
    )
    (town.folder / "manifests" / "events.yaml").write_text(text)
    body = {"payload": {"summary": "Disk full", "source": "db-1", "severity": "critical"}}
    (town.folder / "event.json").write_text(json.dumps(body))
    assert pdsync("apply", "--yes").code == 0


def move_shifts(town: Town, pdsync: Pdsync) -> None:
    """The hand-offs of one schedule come at other hours."""
    town.edit("schedules", '"Schedule 0", "time_zone": "Etc/UTC"', '"Schedule 0", "time_zone": "Asia/Tokyo"')


def write_calendar(town: Town, pdsync: Pdsync) -> None:
    (town.folder / "days.ics").write_text(DAYS_OFF)


@dataclass(frozen=True)
class Row:
    command: str
    when: str
    cost: Cost
    prepare: Prepare = as_it_is
    code: int = 0


QUIET_PLAN = Cost(1, "P")
SWAPPED = "--from 2090-01-02T09:00 --to 2090-02-01T09:00"
TABLE = (
    Row("validate", "", Cost(0)),
    Row("oncall, explain v0, lint, report, graph, schedule show s0", "without `--live`", Cost(0)),
    Row(f"swap u0 u1 --schedule s0 {SWAPPED}", "without `--live`", Cost(0)),
    Row(f"holidays days.ics --schedule s0 {SWAPPED}", "without `--live`", Cost(0), write_calendar),
    Row("route event.json", "without `--live`", Cost(0), route_events),
    Row("journal show", "", Cost(0)),
    Row("import-terraform state.json", "", Cost(0), write_state),
    Row("whoami", "", Cost(4)),
    Row("plan", "nothing to do", QUIET_PLAN),
    Row("plan", "a change", Cost(1, "P"), change_one),
    Row("plan", "the shifts of one schedule move", Cost(3, "P"), move_shifts),
    Row("plan", "every member has a role in the manifests", Cost(1, "P"), name_roles),
    Row("plan", "two teams name a role that is not on record", Cost(3, "P"), change_role),
    Row("plan --all-roles", "every member has a role in the manifests", Cost(1, "PT"), name_roles),
    Row("plan --target service/v0", "a change", Cost(1, "P"), change_one),
    Row("apply --yes", "nothing to do", Cost(1, "P")),
    Row("apply --yes", "a changed service", Cost(3, "P"), change_one),
    Row("apply --yes", "the shifts of one schedule move", Cost(5, "P"), move_shifts),
    Row("apply --yes", "a new team", Cost(4, "P"), create_one),
    Row("apply --yes --plan saved.json", "a changed service", Cost(3, "P"), save_plan),
    Row("drift", "no drift", Cost(1, "P")),
    Row("drift", "every member has a role in the manifests", Cost(1, "PT"), name_roles),
    Row("drift", "a service was edited by hand", Cost(1, "PA"), edit_by_hand, 2),
    Row("accept service/v0", "a service was edited by hand", Cost(14, "PSV"), edit_by_hand),
    Row("release --yes service/v0", "", Cost(3, "P")),
    Row("adopt --yes service/v0", "", Cost(3, "P"), release_one),
    Row("export --out exported", "", Cost(19, "PSTDRV")),
    Row("graph --live", "", Cost(1, "P")),
    Row("oncall --live", "", Cost(2, "PS")),
    Row("lint --live", "", Cost(2, "PS")),
    Row("page --live --out page.html", "", Cost(2, "PS")),
    Row("explain --live 'Service 0'", "", Cost(3, "P")),
    Row("schedule show --live 'Schedule 0'", "", Cost(3, "P")),
    Row("schedule convert --live 'Schedule 0'", "", Cost(3, "P")),
    Row(f"swap --live u0 u1 --schedule s0 {SWAPPED}", "", Cost(3, "P")),
    Row(f"holidays --live days.ics --schedule s0 {SWAPPED}", "", Cost(3, "P"), write_calendar),
    Row("route --live event.json", "the event reaches one service", Cost(7, "P"), route_events),
)


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Town]]:
    """Both accounts, each made by one apply."""
    with SandboxServer() as small, SandboxServer() as large, pytest.MonkeyPatch.context() as patch:
        made = {}
        patch.setenv("PAGERDUTY_TOKEN", TOKEN)
        for name, world, server in (("small", SMALL, small), ("large", LARGE, large)):
            town = made[name] = Town(world, tmp_path_factory.mktemp(name), server)
            patch.chdir(town.folder)
            patch.setenv("PDSYNC_API_URL", server.url)
            assert main(["--quiet", "apply", "--yes"]) == 0
            town.settle()
        yield made


@pytest.fixture(params=["small", "large"])
def town(
    request: pytest.FixtureRequest, towns: dict[str, Town], pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Town]:
    chosen = towns[request.param]
    monkeypatch.chdir(chosen.folder)
    monkeypatch.setenv("PDSYNC_API_URL", chosen.server.url)
    monkeypatch.setenv("PAGERDUTY_TOKEN", TOKEN)
    yield chosen
    chosen.reset()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.command}, {row.when or 'always'}")
def test_a_command_makes_as_many_requests_as_the_table_says(
    row: Row, town: Town, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_size = 100 if town.world is SMALL else 10
    monkeypatch.setattr(RestApiV2Client, "default_page_size", page_size)
    row.prepare(town, pdsync)
    for command in row.command.split(", "):
        town.server.control.forget()
        ended = pdsync(*shlex.split(command))
        assert ended.code == row.code, ended
        asked = [f"{it['method']} {it['path']}?{it['query']}" for it in town.server.requests()]
        assert len(asked) == row.cost.requests(town.size(page_size)), asked


def test_the_documentation_has_the_same_table() -> None:
    race = Size(World(), VENDORS, 0)
    rows = [f"| `{row.command}` | {row.when} | {row.cost} | {row.cost.in_figures(race)} |" for row in TABLE]
    table = "\n".join(["| Command | When | Requests | World of the race |", "| --- | --- | ---: | ---: |", *rows])
    assert table in PERFORMANCE.read_text(encoding="utf-8"), f"docs/performance.md must have:\n{table}"


def test_a_plan_of_the_world_of_the_race_costs_at_most_25_requests() -> None:
    assert QUIET_PLAN.requests(Size(World(), VENDORS, 0)) <= 25


def test_an_apply_of_over_a_hundred_objects_costs_at_most_a_tenth_more_than_its_writes(towns: dict[str, Town]) -> None:
    town = towns["large"]
    assert town.world.objects > 100
    assert len(town.first_apply) - EMPTY_KINDS <= 1.10 * town.world.least_creates


@pytest.mark.parametrize("town", ["large"], indirect=True)
def test_an_update_in_bulk_costs_at_most_a_third_of_a_request_more_than_its_write(town: Town, pdsync: Pdsync) -> None:
    town.write(town.world.changed())
    town.server.control.forget()
    assert pdsync("apply", "--yes").code == 0
    asked = [it["method"] for it in town.server.requests()]
    assert asked.count("PUT") == town.world.services
    assert len(asked) - EMPTY_KINDS <= 1.3 * town.world.services
