"""Pages as files and on stdout, and what is never written over; the graph of the manifests."""

from __future__ import annotations

import stat
from pathlib import Path

from pdsync.report.page.template import BEGINNING
from pdsync.sandbox import SandboxServer
from tests.cli.company import BO, Company
from tests.cli.conftest import Pdsync

SCHEDULE = """{name: Nights, time_zone: Etc/UTC, schedule_layers: [{name: All, users: [cy, bo], rotation_virtual_start: "2026-01-05T09:00",
rotation_turn_length_seconds: 1d}]}"""
POLICY = "{name: First, escalation_rules: [{escalation_delay_in_minutes: 10m, targets: [{user: bo}]}]}"


def test_the_page_goes_where_it_is_asked_for(company: Company) -> None:
    company.write({"schedule/nights": SCHEDULE, "escalation_policy/first": POLICY})
    to_stdout = company.plan("-o", "html", "--timezone", "Etc/UTC")
    assert (to_stdout.code, to_stdout.out.startswith(BEGINNING)) == (0, True)
    beside = company.plan("--page", "beside.html", "--detailed-exitcode")
    assert (beside.code, "Plan: 0 to create" in beside.out) == (2, True)
    both = company.plan("-o", "html", "--page", "both.html")
    assert (both.code, both.out.startswith(BEGINNING)) == (0, True)
    assert "Wrote the HTML page to both.html." in both.err
    for name in ("beside.html", "both.html"):
        page = (company.folder / name).read_text(encoding="utf-8")
        assert "Who is on call now changes for" in page
        assert "Cy" in page
        assert stat.S_IMODE((company.folder / name).stat().st_mode) == 0o600
    # A page is written over, as a pipeline does with each run.
    assert company.plan("--page", "beside.html").code == 0


def test_out_is_a_saved_plan_and_never_a_page(company: Company) -> None:
    run = company.plan("-o", "html", "--out", "plan.html")
    assert (run.code, run.out) == (64, "")
    assert "use --page plan.html" in run.err
    assert not (company.folder / "plan.html").exists()


def test_nothing_but_a_page_is_written_over(company: Company) -> None:
    file = company.folder / "notes.html"
    file.write_text("<!doctype html>mine")
    run = company.plan("--page", "notes.html")
    assert run.code == 64
    assert "exists and is not an HTML page of pdsync" in run.err
    assert file.read_text() == "<!doctype html>mine"
    assert company.plan("--page", "manifests").code == 64
    assert company.plan("--page", "nowhere/plan.html").code == 64


def test_problems_make_a_page_and_stay_an_error(manifests: Path, pdsync: Pdsync) -> None:
    manifests.write_text(manifests.read_text().replace("escalation_policy: shop", "escalation_policy: '<b>shoop</b>'"))
    run = pdsync("plan", "--page", "plan.html")
    assert (run.code, run.out) == (1, "")
    assert "shop.yaml:" in run.err
    page = (manifests.parent.parent / "plan.html").read_text(encoding="utf-8")
    assert "There is no plan" in page
    assert "shop.yaml:17:" in page
    assert "&lt;b&gt;shoop&lt;/b&gt;" in page
    assert pdsync("page").code == 1
    assert pdsync("graph").code == 1


def test_a_blocked_plan_says_so_on_its_page(company: Company) -> None:
    company.by_hand("user", name="Bo", email="someone@example.com")
    company.write({"team/blue": "{name: Blue}"})
    company.by_hand("team", name="Blue")
    run = company.plan("-o", "html")
    assert run.code == 5
    assert "may not be applied" in run.out
    assert "it exists and pdsync did not create it" in run.out


def test_the_report_of_the_account_knows_overrides(company: Company, sandbox: SandboxServer) -> None:
    company.write({"escalation_policy/first": POLICY.replace("{user: bo}", "{schedule: nights}")})
    assert company.run("apply", "--yes").code == 0
    held = company.live("schedule/nights")
    user = {"id": company.live("user/bo")["id"], "type": "user_reference"}
    override = {"start": "2026-01-01T00:00:00Z", "end": "2040-01-01T00:00:00Z", "user": user}
    company.client.post(f"schedules/{held['id']}/overrides", json={"overrides": [override]})
    assert company.run("page", "--live", "--out", "live.html").code == 0
    live = (company.folder / "live.html").read_text(encoding="utf-8")
    assert "Nights, by an override" in live
    old = company.run("report", "--timezone", "Europe/Berlin")
    assert old.err.startswith("'pdsync report' is now 'pdsync page'.\n")
    offline = old.out
    assert "by an override" not in offline
    assert "From the manifests alone" in offline


def test_secrets_and_addresses_stay_out_of_the_report(company: Company) -> None:
    spec = BO[:-1] + ", contact_methods: [{type: sms_contact_method, country_code: 1, address: '5550142'}]}"
    company.write({"user/bo": spec, "service/shop": "{name: Shop, escalation_policy: first, integrations: [{name: In, type: events_api_v2_inbound_integration}]}"})  # fmt: skip
    assert company.run("apply", "--yes").code == 0
    [integration] = company.client.rget(f"services/{company.live('service/shop')['id']}")["integrations"]
    key = company.client.rget(integration["self"])["integration_key"]
    assert len(key) == 32
    for page in (company.run("page", "--live").out, company.run("page").out, company.plan("-o", "html").out):
        assert key not in page
        assert "5550142" not in page
        assert "@example.com" not in page


def test_the_graph_of_one_service(company: Company) -> None:
    drawn = company.run("graph", "--service", "Shop")
    assert (drawn.code, drawn.out.splitlines()[:2]) == (0, ["flowchart LR", '  n1["Shop"]'])
    assert "Nights" not in drawn.out
    assert "Nights" in company.run("graph", "--live", "-o", "dot").out
    assert company.run("graph", "-o", "svg").out.startswith("<?xml")
    missing = company.run("graph", "--service", "shopp")
    assert missing.code == 1
    assert "shop" in missing.err.lower()
    assert company.run("graph", "--service", "nights").code == 1
