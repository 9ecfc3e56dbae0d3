"""Text, Markdown, JSON, the page and annotations of a plan never disagree."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

from pdsync.client import RestApiV2Client
from pdsync.kinds import BY_SLUG
from pdsync.report.plan.plan_order import Band
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.report.plan_reading import Reading, read_groups, read_html, read_json, read_markdown, read_text
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
    """How many changes every output shows alike, in full and as it is shown by default."""
    found = {output: pdsync("plan", "-o", output, *options) for output in ("json", "github")}
    whole, brief = (_shown(pdsync, words, options) for words in (("-v", "plan", "--full"), ("plan",)))
    assert len({str(run.code) for run in found.values()} | {whole["code"], brief["code"]}) == 1
    plan = found["json"].out
    expected = read_json(plan)
    assert read_text(whole["text"]) == expected
    assert read_markdown(whole["markdown"]) == expected
    assert read_html(whole["html"]) == expected
    titles = re.findall(r"^::\w+ .*title=pdsync%3A (\w+) (\S+?)::", found["github"].out, re.M)
    assert {(unquote(address), operation) for operation, address in titles} == {
        (it, row[0]) for it, row in expected.items()
    }
    _agree_in_brief({**brief, "json": plan}, expected)
    _agree_in_order({**whole, "json": plan})
    return len(expected)


def _shown(pdsync: Pdsync, words: tuple[str, ...], options: tuple[str, ...]) -> dict[str, str]:
    """The same plan for people, in each form."""
    run = pdsync(*words, "--report", "plan.md", "--page", "plan.html", *options)
    report, page = (Path(name).read_text(encoding="utf-8") for name in ("plan.md", "plan.html"))
    return {"code": str(run.code), "text": run.out, "markdown": report, "html": page}


def _agree_in_brief(outputs: dict[str, str], expected: Reading) -> None:
    """What is hidden and what is grouped is the same everywhere, and only what may be."""
    page, text = read_html(outputs["html"]), read_text(outputs["text"])
    assert list(text.items()) == list(read_markdown(outputs["markdown"]).items())
    assert [it for it in page.items() if it[0] in text] == list(text.items())
    assert page.keys() == expected.keys()
    groups = read_groups(outputs["text"])
    assert groups == read_groups(outputs["markdown"]) == read_groups(outputs["html"])
    assert len(text) + sum(count for count, _ in groups) == len(expected)
    changes = {change["address"]: change for change in json.loads(outputs["json"])["changes"]}
    for address, (operation, shown) in page.items():
        hidden = expected[address][1] - shown
        assert operation == "create" or not hidden
        kind = BY_SLUG[changes[address]["kind"]]
        values = {delta["path"]: delta["after"] for delta in changes[address]["deltas"]}
        for name in hidden:
            declared = kind.field(name)
            assert declared is not None
            assert values[name] in (None, "", [], {}) or values[name] == declared.default


def _agree_in_order(outputs: dict[str, str]) -> None:
    """Bands in their order; in each, kinds in theirs and names in that of the alphabet."""
    text = list(read_text(outputs["text"]))
    assert text == list(read_markdown(outputs["markdown"])) == list(read_html(outputs["html"]))
    changes = {change["address"]: change for change in json.loads(outputs["json"])["changes"]}
    headings = [line for line in outputs["text"].splitlines() if re.fullmatch(r"[A-Z][a-z ]+ \(\d+\)", line)]
    bands = [
        (band.value, int(line.rpartition("(")[2][:-1]))
        for line in headings
        for band in Band
        if line.startswith(f"{band.value} (")
    ]
    assert [name for name, _ in bands] == [band.value for band in Band if band.value in dict(bands)]
    left = text
    for _, count in bands:
        of_band = [changes[address] for address in left[:count]]
        order = [(list(BY_SLUG).index(it["kind"]), it["name"].casefold()) for it in of_band]
        assert order == sorted(order)
        left = left[count:]
    assert not left


def test_all_outputs_show_the_same_changes(company: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch) -> None:
    with SandboxServer(seed="none") as empty:
        monkeypatch.setenv("PDSYNC_API_URL", empty.url)
        assert _agree(pdsync) == len(read_text(pdsync("-v", "plan").out)) > len(read_text(pdsync("plan").out))
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
