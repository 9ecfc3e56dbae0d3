"""Text, Markdown, JSON, the page and annotations of a plan never disagree."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.report.plan_reading import read_html, read_json, read_markdown, read_text
from tests.support.world import BY_HAND, TOKEN

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@pytest.fixture
def company(folder: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example company's manifests, and its account as someone built it by hand."""
    shutil.copytree(EXAMPLES, folder / "company", ignore=shutil.ignore_patterns(".pdsync"))
    monkeypatch.chdir(folder / "company")
    monkeypatch.setenv("PAGERDUTY_TOKEN", TOKEN)
    return folder / "company"


def _agree(pdsync: Pdsync, *options: str) -> int:
    """How many changes every output shows alike."""
    runs = {
        output: pdsync("-v", "plan", "--full", "-o", output, *options)
        for output in ("text", "json", "markdown", "html", "github")
    }
    assert len({run.code for run in runs.values()}) == 1
    expected = read_json(runs["json"].out)
    assert read_text(runs["text"].out) == expected
    assert read_markdown(runs["markdown"].out) == expected
    assert read_html(runs["html"].out) == expected
    titles = re.findall(r"^::\w+ .*title=pdsync%3A (\w+) (\S+?)::", runs["github"].out, re.M)
    assert {(unquote(address), operation) for operation, address in titles} == {row[:2] for row in expected}
    return len(expected)


def test_all_outputs_show_the_same_changes(company: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch) -> None:
    with SandboxServer(seed="example") as server, RestApiV2Client(TOKEN, base_url=server.url) as client:
        monkeypatch.setenv("PDSYNC_API_URL", server.url)
        assert _agree(pdsync) > 40
        assert pdsync("apply", "--adopt", "--yes").code == 0
        assert _agree(pdsync) == 0
        client.headers["User-Agent"] = BY_HAND
        _edit_by_hand(client)
        for name in ("services.yaml", "business-services.yaml"):
            (company / "manifests" / "booking" / name).unlink()
        assert _agree(pdsync, "--prune", "owned") >= 5


def _edit_by_hand(client: RestApiV2Client) -> None:
    for schedule in client.list_all("schedules", params={"include[]": "schedule_layers"})[:3]:
        layers = [{**layer, "name": layer["name"] + " *"} for layer in schedule["schedule_layers"]]
        client.rput(schedule, json={**schedule, "schedule_layers": layers, "time_zone": "Etc/UTC"})
    for service in client.list_all("services")[:3]:
        client.rput(service, json={"type": "service", "name": service["name"] + " !", "auto_resolve_timeout": 61})
    for policy in client.list_all("escalation_policies")[:2]:
        client.rput(policy, json={**policy, "num_loops": 8})
