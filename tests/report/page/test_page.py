"""The pages: what they show, that they load and run nothing, and that foreign text stays text."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, settings

from pdsync.report.page.change import is_web_address
from pdsync.report.page.plan_page import render_problems_page
from pdsync.report.text.safe_text import safe_text
from tests.report.hostile import TEXT
from tests.report.page_world import plan_page, state_page

VOID = {"meta", "br"}
ALLOWED = VOID | set(
    re.findall(
        r"\w+",
        "html head title style body a div header nav ul ol li main section article footer h1 h2 h3 h4 p b i u em strong small "
        "code pre span details summary table caption thead tbody tr th td",
    )
)


class Reader(HTMLParser):
    """Elements in order, the text of each section by the id of its heading, and what is not closed as it was opened."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self._section = ""
        self._said: dict[str, list[str]] = {}
        self.feed(page)
        self.close()
        assert self._open == []
        self.sections = {name: " ".join(" ".join(said).split()) for name, said in self._said.items()}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "section":
            self._section = dict(attrs)["aria-labelledby"] or ""
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self._said.setdefault(self._section, []).append(data)


def check_inert(page: str, text: str) -> None:
    reader = Reader(page)
    assert {tag for tag, _ in reader.tags} <= ALLOWED
    for tag, attributes in reader.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "srcdoc", "action")], tag
        assert (attributes.get("href") or "#").startswith(("#", "https://"))
        assert attributes.get("style") is None or text not in (attributes["style"] or "")
    assert not set(page) & set("\u202e\u2066\u200b\x1b\x00\x01\x02\r")
    meta = next(attributes for tag, attributes in reader.tags if attributes.get("http-equiv"))
    assert (meta["content"] or "").startswith("default-src 'none'; style-src 'unsafe-inline'")


@settings(max_examples=10, deadline=None)
@given(TEXT)
def test_nothing_that_someone_else_wrote_becomes_more_than_text(text: str) -> None:
    for page in (plan_page(text), state_page(text), render_problems_page("pdsync plan", text, [(text, text, text)])):
        check_inert(page, text)


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://acme.pagerduty.com/services/P1", True),
        ("javascript:alert(1)", False), (" javascript:alert(1)", False), ("data:text/html,x", False), ("http://e.example", False),
        ("https://", False), ("https://e.example/\u202e", False), ("//e.example", False), ("https://[", False), ("", False),
    ],
)  # fmt: skip
def test_only_a_web_address_becomes_a_link(url: str, may: bool) -> None:
    assert is_web_address(url) is may


def test_the_page_of_a_plan_says_who_is_paged_differently() -> None:
    sections = Reader(plan_page()).sections
    assert "No one at all would be paged by 'Thin'" in sections["risks"]
    assert "'Di' is on call through 'Weekly' and cannot be reached: no contact method" in sections["risks"]
    assert "Shop Ana Bo" in sections["impact"]  # the first responder before and after
    schedule = sections["schedules"]
    assert "Weekly Europe/Berlin" in schedule
    assert "Nights" not in schedule  # not touched
    assert "with no one on call, 0 h before" in schedule
    # The table says the same as the picture, in the schedule's own zone.
    assert "Sun 29 Nov 00:00 Mon 30 Nov 00:00 Ana no one *" in schedule
    escalations = sections["escalations"]
    assert "Before: First 0 min Level 1 Ana" in escalations
    assert "After: First 0 min Level 1 Bo other after 2 min" in escalations
    assert "Search no incidents · the same before and after Thin The service is disabled" in escalations


def test_the_page_of_what_is_says_who_is_on_call_and_what_no_one_covers() -> None:
    sections = Reader(state_page()).sections
    assert "First 1 Ana Mon 30 Nov 00:00 Weekly, L First 2 Bo First 2 Cy Nights, Week" in sections["now"]
    assert "Search disabled Thin no incidents" in sections["services"]
    assert "Weekly Europe/Berlin" in sections["schedules"]
    assert "Nights Etc/UTC Someone is on call at all hours" in sections["schedules"]
    assert "Cy not reached other after 2 min NOT NOTIFIED: no rule for low urgency 336 h 15 2" in sections["people"]


@pytest.mark.parametrize("make", [plan_page, state_page])
def test_the_page_can_be_found_through_without_a_mouse_or_eyes(make: Callable[[], str]) -> None:
    page = make()
    reader = Reader(page)
    ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] or "" for tag, attributes in reader.tags if tag == "a" and "href" in attributes]
    assert links[0] == "#main"
    assert all(link[1:] in ids for link in links if link.startswith("#"))
    levels = [int(tag[1]) for tag, _ in reader.tags if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - sooner <= 1 for sooner, later in pairwise(levels))
    for tag, attributes in reader.tags:
        assert tag != "th" or attributes.get("scope") in ("col", "row")
        assert tag != "section" or attributes["aria-labelledby"] in ids
    assert ("html", {"lang": "en"}) in reader.tags
    assert page.count("<table") == page.count("<caption")


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert plan_page("é") == plan_page("é")
    assert safe_text("é") in plan_page("é")
