"""The pages as a browser shows them: quiet console, inert text, phone and desk, light and dark, by keyboard, on paper."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdsync.oncall.graph import compute_graph
from pdsync.plan import Operation
from pdsync.report.oncall.graph_svg import render_svg
from pdsync.report.page.plan_page import render_problems_page
from pdsync.report.text.safe_text import safe_text
from tests.report.page_world import plan_page, state_page, world
from tests.support.chromium import Tab, needs_chromium, open_chromium
from tests.support.legibility import find_faults

pytestmark = needs_chromium
EVIL = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "<svg onload=document.title='owned'><a href=\"javascript:alert(1)\">x</a></svg></style></title></pre></details>"
    "\u202eevil\u2066\"'` {{7*7}} &lt;b&gt; ]]> --> "
)
_OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with open_chromium(tmp_path_factory.mktemp("chromium")) as tab:
        yield tab


@pytest.fixture
def opened(tab: Tab, tmp_path: Path, request: pytest.FixtureRequest) -> Tab:
    """The page that a test asks for, of a world of hostile names, as a reader on a desk meets it."""
    makers = {
        "plan": lambda: plan_page(EVIL),
        "state": lambda: state_page(EVIL),
        "problems": lambda: render_problems_page("pdsync plan", EVIL, [(EVIL, EVIL, EVIL)] * 3),
        "graph": lambda: render_svg(compute_graph(world(EVIL))),
    }
    file = tmp_path / ("page.svg" if request.param == "graph" else "page.html")
    file.write_text(makers[request.param](), encoding="utf-8")
    tab.messages.clear()
    tab.resize(1280)
    tab.emulate()
    tab.open(file)
    return tab


every_page = pytest.mark.parametrize("opened", ["plan", "state", "problems"], indirect=True)


@pytest.mark.parametrize("opened", ["plan", "state", "problems", "graph"], indirect=True)
def test_nothing_runs_and_the_console_is_silent(opened: Tab) -> None:
    assert opened.messages == []
    assert opened.evaluate("document.querySelectorAll('script, img, iframe, object, embed, link, form').length") == 0
    handlers = (
        "[...document.querySelectorAll('*')].flatMap(one => one.getAttributeNames()).filter(n => n.startsWith('on'))"
    )
    assert opened.evaluate(f"{handlers}.length") == 0
    links = "[...document.querySelectorAll('[href]')].map(one => one.getAttribute('href'))"
    assert [link for link in opened.evaluate(links) if not link.startswith(("#", "https://"))] == []
    assert opened.evaluate("document.title") != "owned"
    assert " ".join(safe_text(EVIL).split()) in " ".join(
        opened.evaluate("document.documentElement.textContent").split()
    )


@every_page
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_no_wider_than_the_screen_and_all_of_it_can_be_read(opened: Tab, width: int) -> None:
    opened.resize(width)
    opened.evaluate(_OPEN_ALL)
    assert opened.evaluate("document.documentElement.scrollWidth") == width
    assert {scheme: find_faults(opened, scheme) for scheme in ("light", "dark")} == {"light": {}, "dark": {}}


@every_page
def test_dark_is_dark_and_light_is_light(opened: Tab) -> None:
    brightness = []
    for scheme in ("light", "dark"):
        opened.emulate(prefers_color_scheme=scheme)
        for name in ("backgroundColor", "color"):
            numbers = opened.evaluate(f"getComputedStyle(document.body).{name}.match(/\\d+/g).slice(0, 3).map(Number)")
            brightness.append(sum(numbers) / 3)
    paper, ink, dark_paper, dark_ink = brightness
    assert paper - ink > 150
    assert dark_ink - dark_paper > 150


@pytest.mark.parametrize("opened", ["plan", "state"], indirect=True)
def test_the_keyboard_reaches_and_opens_everything_that_is_folded(opened: Tab) -> None:
    folded = opened.evaluate("document.querySelectorAll('details').length")
    assert folded > 1
    opened.evaluate(
        "document.querySelectorAll('details').forEach((one, at) => { one.dataset.at = at; one.open = false; })"
    )
    # Those inside of others come into reach when the outer one is opened.
    for _ in range(2 * folded + 60):
        opened.press("Tab", 9)
        summary = "document.activeElement.tagName === 'SUMMARY' && !document.activeElement.parentElement.open"
        if opened.evaluate(summary):
            opened.press("Enter", 13)
    assert opened.evaluate("document.querySelectorAll('details:not([open])').length") == 0


@pytest.mark.parametrize("opened", ["plan"], indirect=True)
def test_on_paper_what_is_folded_is_there(opened: Tab) -> None:
    opened.evaluate("document.querySelectorAll('details').forEach(one => one.open = false)")
    shown = "[...document.querySelectorAll('.change .diff, details table')].filter(one => one.checkVisibility()).length"
    everything = opened.evaluate("document.querySelectorAll('.change .diff, details table').length")
    assert (opened.evaluate(shown), everything) == (0, 4 * len(Operation) + 2)
    opened.emulate("print")
    assert opened.evaluate(shown) == everything
    paper = base64.b64decode(opened.send("Page.printToPDF", printBackground=True)["data"])
    assert paper.startswith(b"%PDF-")
    assert len(paper) > 20_000
