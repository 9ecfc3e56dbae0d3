"""The page for people, as text and in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
import requests

from pdsync.sandbox.control.account_page import PAGE
from tests.sandbox.account import Account, layer, ref
from tests.sandbox.shifts import event_body, every, rotation, shift_schedule
from tests.support.chromium import Tab, needs_chromium, open_chromium
from tests.support.legibility import find_faults

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)>\"'"


class Outline(HTMLParser):
    """Elements with their attributes, and the text of headings and cells."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {"h1": [], "h2": [], "td": [], "th": []}
        self._in: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in self.texts:
            self._in.append(tag)
            self.texts[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        if self._in and self._in[-1] == tag:
            self._in.pop()

    def handle_data(self, data: str) -> None:
        if self._in:
            self.texts[self._in[-1]][-1] += data


@pytest.fixture
def filled(account: Account) -> Iterator[Account]:
    user = account.user(name="Ann <b>Bold</b>")
    schedule = account.schedule(layer(user), name="Days & nights")
    policy = account.policy(schedule, name="Payments")
    account.service(name=HOSTILE, escalation_policy=ref(policy))
    account.call("GET", "/nowhere/<script>alert(2)</script>?token=secret-in-a-query")
    return account  # type: ignore[return-value]


def fetch(account: Account) -> str:
    answer = requests.get(account.server.url + PAGE, timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    return answer.text


def check_structure(page: str) -> None:
    outline = Outline(page)
    assert outline.texts["h1"] == ["pdsync sandbox"]
    assert outline.texts["h2"] == ["On call now", "Services", "Escalation policies", "Last requests"]
    cells = outline.texts["td"]
    assert cells[:4] == ["Payments", "1", "Ann <b>Bold</b>", "Days & nights"]
    assert HOSTILE in cells
    assert "/nowhere/<script>alert(2)</script>" in cells
    assert not {"script", "img", "b"} & {tag for tag, _ in outline.tags}


def test_the_page_shows_the_account_and_foreign_text_is_text(filled: Account) -> None:
    before = filled.server.requests()
    page = fetch(filled)
    check_structure(page)
    assert "secret-in-a-query" not in page
    assert filled.server.requests() == before  # the page itself is no one's request


def test_it_can_be_used_by_keyboard(filled: Account) -> None:
    outline = Outline(fetch(filled))
    ids = {attrs["id"] for _, attrs in outline.tags if "id" in attrs}
    links = [attrs["href"] or "" for tag, attrs in outline.tags if tag == "a"]
    assert links[0] == "#on-call"  # the first stop skips the navigation
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    for tag, attrs in outline.tags:
        assert not [name for name in attrs if name.startswith("on")], tag
        assert attrs.get("tabindex", "0") == "0"  # the order of the page is the order of the keys
        if attrs.get("tabindex"):
            assert attrs.get("aria-labelledby") in ids  # what can be scrolled can be reached, and says what it is
    assert ("html", {"lang": "en"}) in outline.tags
    assert all(attrs.get("scope") == "col" for tag, attrs in outline.tags if tag == "th")


def test_an_empty_account_says_so(account: Account) -> None:
    page = fetch(account)
    assert "No services." in page
    assert "No requests yet." in page


def test_all_who_are_on_call_are_shown(account: Account) -> None:
    ana, ben = account.user(), account.user()
    schedule = shift_schedule(account, name=HOSTILE)
    account.post(f"{rotation(account, schedule)}/events", "event", event_body(assignment_strategy=every(ana, ben)))
    account.policy({"id": schedule.rpartition("/")[2], "type": "schedule_v3"}, name="Policy")
    cells = Outline(fetch(account)).texts["td"]
    rows = sorted([cells[:5], cells[5:10]])
    assert rows == [["Policy", "1", it["name"], HOSTILE, "2026-03-02 16:00 UTC"] for it in (ana, ben)]


def test_workflows_are_shown_where_there_are_some(account: Account) -> None:
    flow = account.post("/incident_workflows", "incident_workflow", {"name": HOSTILE, "is_enabled": False})
    trigger = {"trigger_type": "manual", "workflow": {"id": flow["id"]}}
    account.post("/incident_workflows/triggers", "trigger", trigger)
    outline = Outline(fetch(account))
    assert "Incident workflows" in outline.texts["h2"]
    assert outline.texts["td"][:4] == [HOSTILE, "off", "0", "1"]


def test_no_fault_strikes_the_page(account: Account) -> None:
    account.server.control.set_faults([{"action": {"type": "drop"}}])
    assert "pdsync sandbox" in fetch(account)


def test_nothing_can_be_sent_to_it(account: Account) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert account.call(method, "/").status_code == 405


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with open_chromium(tmp_path_factory.mktemp("chromium")) as tab:
        yield tab


@needs_chromium
@pytest.mark.parametrize("width", [390, 1280])
def test_in_chromium_the_page_has_its_structure_can_be_read_and_nothing_runs(
    filled: Account, tab: Tab, width: int
) -> None:
    filled.policy(filled.user(name="Elena Marchetti-Featherstonehaugh"), name="Working Hours")
    tab.messages.clear()
    tab.resize(width)
    tab.open(filled.server.url + PAGE)
    check_structure("<!doctype html>" + tab.evaluate("document.documentElement.outerHTML"))
    assert tab.evaluate("document.title") == "pdsync sandbox"
    assert tab.messages == []
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    assert {scheme: find_faults(tab, scheme) for scheme in ("light", "dark")} == {"light": {}, "dark": {}}


def test_a_policy_that_reaches_no_one_is_not_denied(account: Account) -> None:
    """No one on call is not a lack of policies."""
    soon = layer(account.user(), start="2026-06-01T00:00:00Z", rotation_virtual_start="2026-06-01T00:00:00Z")
    account.policy(account.schedule(soon), name="Later")
    page = fetch(account)
    assert "Later" in page
    assert "No one is on call." in page
    assert "There is no escalation policy." not in page
