"""Templates of status updates: their whole life, with a body in a file beside the manifest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import (
    ApplyRequest,
    ManifestsError,
    Selection,
    Workspace,
    accept_live,
    carry_out_plan,
    export_account,
    find_drift,
    load_desired,
    load_for_accept,
    make_plan,
    parse_place,
)
from pdsync.export import ExportOptions
from pdsync.manifest import Variables
from pdsync.plan import Operation, Plan
from pdsync.sandbox import SandboxServer
from tests.support.world import TOKEN

BODY = "<h1>{{incident.title}}</h1>\n<p>We are on it.</p>\n"


@dataclass
class World:
    """A workspace in a folder that is a repository, and the account that it is for."""

    sandbox: SandboxServer
    client: RestApiV2Client
    top: Path
    variables: Variables = field(default_factory=Variables)

    @property
    def folder(self) -> Path:
        return self.top / "pagerduty"

    @property
    def workspace(self) -> Workspace:
        paths = (str(self.folder),)
        return Workspace("test", paths=paths, variables=self.variables, max_deletes=9, max_delete_percent=100)

    def write(self, name: str = "major", lifecycle: str = "", more: str = "", **spec: str) -> None:
        lines = ["apiVersion: pdsync/v1", "kind: Template", f"metadata: {{name: {name}}}"]
        lines += [f"lifecycle: {{{lifecycle}}}"] if lifecycle else []
        lines += ["spec:", "  name: Major incident", *(f"  {name}: {value}" for name, value in spec.items())]
        (self.folder / "templates.yaml").write_text("\n".join(lines) + "\n" + more, encoding="utf-8")

    def body(self, text: str, name: str = "major.html") -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def plan(self, **selection: Any) -> Plan:
        return make_plan(self.client, load_desired(self.workspace, Selection(**selection))).plan

    def apply(self, **selection: Any) -> Plan:
        """Applies, and holds that the next plan is empty."""
        plan = self.plan(**selection)
        assert not plan.problems, plan.problems
        result = carry_out_plan(self.client, ApplyRequest(plan))
        assert result.exit_code == 0, [outcome for outcome in result.outcomes if outcome.message]
        assert not [outcome.warning for outcome in result.outcomes if outcome.warning]
        again = self.plan(**{**selection, "adopt": False})
        assert not again.changes, again.changes
        return plan

    def problems(self) -> list[tuple[int, str, str]]:
        with pytest.raises(ManifestsError) as refused:
            load_desired(self.workspace)
        return [(it.source.line, it.message, it.hint) for it in refused.value.problems]

    def live(self) -> dict[str, Any]:
        (row,) = self.client.list_all("templates")
        found: dict[str, Any] = self.client.rget(f"templates/{row['id']}")
        return found

    def make(self, name: str = "Major incident", **parts: Any) -> dict[str, Any]:
        """A template that a person makes."""
        body = {"template_type": "status_update", "name": name, "description": None, "templated_fields": parts}
        made: dict[str, Any] = self.client.rpost("templates", json=body)
        return made

    def edit(self, **parts: Any) -> None:
        """An edit by hand."""
        live = self.live()
        parts = {**live["templated_fields"], **parts}
        self.client.rput(f"templates/{live['id']}", json={**live, "templated_fields": parts})


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(seed="none") as server:
        yield server


@pytest.fixture
def world(sandbox: SandboxServer, tmp_path: Path) -> Iterator[World]:
    with RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False) as client:
        for row in client.list_all("templates"):
            client.rdelete(f"templates/{row['id']}")
        (tmp_path / ".git").mkdir()
        made = World(sandbox, client, tmp_path)
        made.folder.mkdir()
        yield made


def test_it_is_made_changed_and_deleted(world: World) -> None:
    world.write(message="'{{incident.title}}: we are on it'", email_subject="Down", email_body="<b>Down</b>")
    (change,) = world.apply().changes
    assert (change.address, change.operation) == ("template/major", Operation.CREATE)
    live = world.live()
    assert live["template_type"] == "status_update"
    assert live["templated_fields"] == {
        "message": "{{incident.title}}: we are on it",
        "email_subject": "Down",
        "email_body": "<b>Down</b>",
    }
    assert live["description"].startswith("Managed by pdsync: test/template/major")
    world.write(message="Up", email_body="null")
    (change,) = world.apply().changes
    assert {delta.path: delta.after for delta in change.deltas} == {
        "message": "Up",
        "email_subject": None,
        "email_body": None,
    }
    assert world.live()["templated_fields"] == {"message": "Up", "email_subject": None, "email_body": None}
    world.write(lifecycle="absent: true")
    world.apply()
    assert not world.client.list_all("templates")


def test_an_unmanaged_field_stays(world: World) -> None:
    world.make(message="Ours", email_subject="Theirs", email_body="<i>Theirs</i>")
    world.write(message="New")
    plan = world.plan()
    assert plan.has_blockers
    (change,) = world.apply(adopt=True).changes
    assert change.operation is Operation.ADOPT
    assert world.live()["templated_fields"] == {
        "message": "New",
        "email_subject": "Theirs",
        "email_body": "<i>Theirs</i>",
    }


def test_a_body_may_be_in_a_file(world: World) -> None:
    world.body(f"\ufeff{BODY}".replace("\n", "\r\n"))
    world.write(email_body="{file: major.html}")
    world.apply()
    assert world.live()["templated_fields"]["email_body"] == BODY.strip()
    saved = world.plan()
    world.body(BODY.replace("on it", "done"))
    assert saved.manifest_digest != world.plan().manifest_digest
    (change,) = world.apply().changes
    assert [delta.path for delta in change.deltas] == ["email_body"]
    world.write(email_body='"<h1>{{incident.title}}</h1>\\n<p>We are done.</p>"')
    assert not world.plan().changes


def test_a_file_counts_as_if_its_text_was_in_the_manifest(world: World) -> None:
    decomposed = "Cafe\u0301"
    world.variables = Variables({"site": "https://status.example"})
    world.body(f"<a href='${{var:site}}'>{decomposed}</a> ${{id:template/other}} $${{id:x}} $${{var:x}}")
    other = "---\napiVersion: pdsync/v1\nkind: Template\nmetadata: {name: other}\nspec: {name: Other}\n"
    world.write(email_body="{file: major.html}", more=other)
    assert [change.address for change in world.apply().changes] == ["template/other", "template/major"]
    rows = {row["name"]: row for row in world.client.list_all("templates")}
    body = rows["Major incident"]["templated_fields"]["email_body"]
    assert body == f"<a href='https://status.example'>{decomposed}</a> {rows['Other']['id']} ${{id:x}} ${{var:x}}"


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("gone.html", "file: gone.html cannot be read: No such file"),
        ("../../outside.html", "file: ../../outside.html is outside the repository"),
        ("/etc/hostname", "file: /etc/hostname is an absolute path"),
        ("link.html", "file: link.html is outside the repository"),
        (".hidden.html", "file: .hidden.html is hidden"),
        ("../.git/config", "file: ../.git/config is hidden"),
        ("empty.html", "file: empty.html is empty"),
        ("latin.html", "file: latin.html is not UTF-8 text"),
        ("large.html", "file: large.html is too large"),
        ("folder.html", "file: folder.html cannot be read: Is a directory"),
        ("bell.html", "email_body: contains control characters"),
        ("missing.html", "email_body: there is no Template 'gone' among the manifests"),
    ],
)
def test_a_wrong_file_is_a_problem_at_its_line(world: World, named: str, message: str) -> None:
    (world.top.parent / "outside.html").write_text("out")
    (world.folder / "link.html").symlink_to(world.top.parent / "outside.html")
    (world.top / ".git" / "config").write_text("secret")
    (world.folder / "folder.html" / "x").mkdir(parents=True)
    (world.folder / "folder.html" / "x" / "y.txt").write_text("")
    for name, text in {"empty": " \n", "bell": "a\x07", "missing": "${id:template/gone}", ".hidden": "x"}.items():
        (world.folder / f"{name}.html").write_text(text)
    (world.folder / "latin.html").write_bytes("é".encode("latin-1"))
    (world.folder / "large.html").write_text("x" * 1_000_001)
    world.write(email_body=f"{{file: '{named}'}}")
    (found,) = world.problems()
    assert found[0] == 6
    assert found[1].startswith(message)


def test_a_file_may_be_anywhere_in_the_repository(world: World) -> None:
    (world.top / "mail").mkdir()
    (world.top / "mail" / "major.html").write_text("<b>Down</b>")
    world.write(email_body="{file: ../mail/major.html}")
    world.apply()
    assert world.live()["templated_fields"]["email_body"] == "<b>Down</b>"


def test_what_goes_needs_no_file(world: World) -> None:
    world.body(BODY)
    world.write(email_body="{file: major.html}")
    world.apply()
    (world.folder / "major.html").unlink()
    world.write(lifecycle="absent: true", email_body="{file: major.html}")
    world.apply()
    assert not world.client.list_all("templates")


def test_an_edit_by_hand_is_drift_and_accepted_into_the_file(world: World) -> None:
    world.body(BODY.replace("\n", "\r\n"))
    world.write(message="Down", email_body="{file: major.html}")
    world.apply()
    world.edit(email_body="<p>New</p>\n<p>${var:x} Text</p>", message="Up")
    drift = find_drift(world.client, load_desired(world.workspace))
    assert [field.path for moved in drift.edited for field in moved.fields] == ["message", "email_body"]
    manifest = (world.folder / "templates.yaml").read_text()
    place = parse_place("template/major")
    accepted = accept_live(world.client, load_for_accept(world.workspace, place), place)
    assert accepted is not None
    assert [Path(it.file).name for it in accepted.changed] == ["templates.yaml", "major.html"]
    accepted.write()
    assert (world.folder / "templates.yaml").read_text() == manifest.replace("Down", "Up")
    assert (world.folder / "major.html").read_bytes() == b"<p>New</p>\r\n<p>$${var:x} Text</p>\r\n"
    assert all(change.is_renewal for change in world.plan().changes)


def test_a_body_that_is_gone_is_accepted_as_null(world: World) -> None:
    world.body(BODY)
    world.write(email_body="{file: major.html}")
    world.apply()
    world.edit(email_body=None)
    place = parse_place("template/major:email_body")
    accepted = accept_live(world.client, load_for_accept(world.workspace, place), place)
    assert accepted is not None
    accepted.write()
    assert "  email_body: null\n" in (world.folder / "templates.yaml").read_text()


def test_an_export_puts_a_long_body_into_a_file_and_reads_back(world: World) -> None:
    identity = world.make(message="a\nb", email_subject="$${id:x} ${id:y}", email_body=f"{BODY}${{var:x}} ${{id:z}}")[
        "id"
    ]
    world.make("Other", email_body="<b>short</b>", message=f"https://acme.pagerduty.com/templates/{identity}")
    made = export_account(world.client, world.workspace, ExportOptions("test"))
    texts = {Path(name).name: text for name, text in made.files.items() if "people" not in name}
    assert sorted(texts) == ["major-incident.html", "template.yaml"]
    assert texts["major-incident.html"] == f"{BODY}$${{var:x}} $${{id:z}}\n"
    assert "email_body: {file: major-incident.html}" in texts["template.yaml"]
    assert "https://acme.pagerduty.com/templates/${id:template/major-incident}" in texts["template.yaml"]
    for name, text in texts.items():
        (world.folder / name).write_text(text)
    plan = world.plan(adopt=True)
    assert not plan.problems
    assert [(change.operation, change.deltas) for change in plan.changes] == [(Operation.ADOPT, ())] * 2


def test_a_name_that_pagerduty_does_not_fill_in_is_a_note_with_its_line(world: World) -> None:
    world.write(
        message="'{{incident.titel}} {{ incident.status }} {{external.x}} {{#if a}}'",
        email_subject="'{{status_update.mesage}}'",
    )
    (change,) = world.plan().changes
    place = world.folder / "templates.yaml"
    assert [note for note in change.notes if "PagerDuty has no field" in note] == [
        f"message ({place}:6): PagerDuty has no field {{{{incident.titel}}}}, and would leave it empty. "
        "Did you mean 'incident.title'?",
        f"email_subject ({place}:7): PagerDuty has no field {{{{status_update.mesage}}}}, and would leave it empty. "
        "Did you mean 'status_update.message'?",
    ]


def test_an_open_brace_is_a_warning(world: World) -> None:
    world.write(message="'{{incident.title} is down'")
    warned: list[str] = []
    workspace = Workspace("test", paths=(str(world.folder),), on_warning=lambda it: warned.append(it.message))
    load_desired(workspace)
    assert warned == ["message: '{{' is not closed by '}}'"]


@pytest.mark.parametrize("reading", [{"template_list_fields": "left_out"}, {"template_put": "part"}])
def test_it_converges_whatever_is_true_of_lists_and_writes(tmp_path: Path, reading: dict[str, str]) -> None:
    with (
        SandboxServer(seed="none", account={"account": 1, "readings": reading}) as server,
        RestApiV2Client(TOKEN, base_url=server.url, retry_ambiguous_posts=False) as client,
    ):
        world = World(server, client, tmp_path)
        world.folder.mkdir()
        world.write(message="Down", email_body="<b>Down</b>")
        world.apply()
        world.write(message="Up", email_body="<b>Down</b>")
        world.apply()
        assert world.live()["templated_fields"] == {"message": "Up", "email_subject": None, "email_body": "<b>Down</b>"}


def test_two_swap_their_names_and_stay_ours(world: World) -> None:
    other = "---\napiVersion: pdsync/v1\nkind: Template\nmetadata: {name: other}\nspec: {name: Other, message: O}\n"
    world.write(message="M", more=other)
    world.apply()
    path = world.folder / "templates.yaml"
    path.write_text(
        path.read_text().replace("Other", "X").replace("Major incident", "Other").replace("X", "Major incident")
    )
    plan = world.apply()
    assert Operation.INTERIM in {change.operation for change in plan.changes}


@pytest.mark.parametrize("status", [402, 403])
def test_without_the_ability_a_manifest_says_so_and_others_pay_nothing(tmp_path: Path, status: int) -> None:
    with (
        SandboxServer(seed="none", account={"account": 1, "without": {"templates": status}}) as server,
        RestApiV2Client(TOKEN, base_url=server.url, retry_ambiguous_posts=False) as client,
    ):
        world = World(server, client, tmp_path)
        world.folder.mkdir()
        world.write(message="Down")
        (problem,) = world.plan().problems
        assert problem.address == "template/major"
        lacks = "the account's plan has no templates" if status == 402 else "templates cannot be read"
        assert problem.message.startswith(f"{lacks} (PagerDuty answered HTTP {status}: ")
        (world.folder / "templates.yaml").write_text(
            "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: red}\nspec: {name: Red}\n"
        )
        plan = world.apply()
        assert not [note for note in plan.notes if "template" in note]
