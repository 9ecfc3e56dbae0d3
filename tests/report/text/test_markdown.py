"""Comments of pull requests: what they show, that foreign text stays text, and that they are cut between lines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pdsync.plan import Change, Delta, Operation, Outcome, Plan, Result, Status
from pdsync.report.plan.plan_markdown import render_plan_markdown, render_problems_markdown
from pdsync.report.result.result_markdown import render_result_markdown
from pdsync.report.text.markdown import code_span, comment_marker
from tests.report.hostile import MARK, TEXT, hostile_plan, hostile_result
from tests.report.plan.test_plan_text import PLAN

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
RESULT = Result(
    (
        Outcome("service/search", Operation.CREATE, "Search", Status.APPLIED, "PS"),
        Outcome("service/x", Operation.UPDATE, "Y", Status.FAILED, "PX", "name has already been taken"),
    )
)
OUR_HTML = re.compile(r"<!-- pdsync:[a-z0-9._-]+ -->|<details><summary>[A-Za-z ]+\(\d+\)</summary>|</details>")
MARKDOWN = """\
<!-- pdsync:acme -->
## pdsync plan: `acme`, account `acme`

**Plan: 1 to create, 2 to adopt, 2 to update, 1 to delete, 1 item to remove; 40 unchanged.**

**Blocked: 2 changes cannot be applied as planned (see '!'), so nothing would be applied.**

Needs review: 2 changes are blocked; 1 deletes an object; 2 adopt objects; 1 affects who is notified; 1 has a note.

| | create | adopt | update | delete |
|---|--:|--:|--:|--:|
| Users |  |  | 1 |  |
| Teams |  | 2 |  | 1 |
| Services | 1 |  | 1 |  |

### Refused (1)

```diff
! 11 deletes exceed the limit of 10
```

### Needs review (2)

```diff
» A  team/a  t.yaml:1
!   ! it exists and pdsync did not create it; to adopt it write 'lifecycle: {adopt: true}' or run with --adopt
» B  team/b  t.yaml:8
!   ! it exists and pdsync did not create it (see above)
```

### Deletes (1)

```diff
- Gone  team/gone  PGONE, no manifest
```

### Changes who is notified (1)

```diff
~ Ana Lima  user/ana  p.yaml:1
    job_title: Engineer -> Lead
+   + contact_methods phone 5551234  {label: Mobile}
    ~ contact_methods phone 5551234
        label: Old -> Mobile
-   - contact_methods phone 5551234
```

### Updates (2)

```diff
~ X  service/x#interim  s.yaml:1
    name: "X (pdsync 1)" (for a moment)
~ Y  service/x  s.yaml:1
    name: X -> Y
!   note: be careful
```

<details><summary>Creates (1)</summary>

```diff
+ Search  service/search  s.yaml:9
+   auto_resolve_timeout: 1h
```

</details>

<details><summary>Left alone (1)</summary>

```diff
? service/old ('Old', POLD) no longer has a manifest; 'prune: owned' would delete it
```

</details>

Plan digest: `DIGEST`
"""


def test_a_plan_reads_like_this_in_a_comment() -> None:
    assert render_plan_markdown(PLAN) == MARKDOWN.replace("DIGEST", PLAN.to_json()["digest"])


def test_nothing_to_do_is_a_line_and_the_digest() -> None:
    text = render_plan_markdown(Plan("w", "s", "d", unchanged=42))
    assert "**No changes. 42 objects match the manifests.**\n\nPlan digest: `" in text
    assert "```" not in text


def test_a_result_shows_what_went_wrong_before_what_was_done() -> None:
    text = render_result_markdown(PLAN, RESULT)
    assert text.startswith(comment_marker("acme") + "\n## pdsync apply: `acme`")
    assert (
        text.index("### Needs attention (")
        < text.index("<details><summary>Done (")
        < text.index("<summary>Refused (1)")
    )
    assert PLAN.to_json()["digest"] in text


def test_a_plan_that_may_not_be_applied_says_that_nothing_was() -> None:
    text = render_result_markdown(PLAN, None)
    assert "**Nothing was applied.**" in text
    assert "### Refused (1)" in text


def _leaves(tokens: list[Token]) -> list[Token]:
    return [leaf for token in tokens for leaf in (_leaves(token.children) if token.children else [token])]


def _assert_inert(markdown: str) -> None:
    """Foreign text is in code only; all else is ours."""
    for token in _leaves(READER.parse(markdown)):
        assert token.type not in ("image", "link_open", "html_inline", "code_block"), token
        if token.type == "html_block":
            for line in token.content.splitlines():
                assert OUR_HTML.fullmatch(line) or not line, token
        elif token.type not in ("fence", "code_inline"):
            assert MARK not in token.content
            assert "@" not in token.content
        if token.type == "fence":
            assert token.info in ("diff", "text")
            assert not [char for char in token.content if char != "\n" and not char.isprintable()]


@settings(max_examples=25)
@given(TEXT)
def test_hostile_text_stays_text(text: str) -> None:
    plan = hostile_plan(text)
    _assert_inert(render_plan_markdown(plan))
    _assert_inert(render_plan_markdown(plan, 3_000))
    _assert_inert(render_result_markdown(plan, hostile_result(text)))


@given(TEXT)
def test_a_code_span_is_one_span_with_all_of_its_text(text: str) -> None:
    (inline,) = [token for token in READER.parse(f"a {code_span(text)} b") if token.type == "inline"]
    assert [child.type for child in inline.children or ()] == ["text", "code_inline", "text"]


def test_problems_are_a_comment_too() -> None:
    text = render_problems_markdown("pdsync plan", "acme", "a.yaml:1:1: `no` @octocat\n```\n\n1 problem.\n")
    assert "**There is no plan**" in text
    _assert_inert(text)
    text = render_problems_markdown("pdsync plan", "acme", "/close.yaml:1:1: no\n\n1 problem.\n")
    assert not [line for line in text.splitlines() if line.startswith("/")]


def _many(count: int) -> Plan:
    return Plan(
        "acme", "acme", "d",
        tuple(
            Change(
                f"team/t{at}", "team", Operation.DELETE if at % 2 else Operation.UPDATE, f"Tëam {at}", id=f"P{at}",
                deltas=(Delta("description", "ä" * at, "ö" * at), Delta("name", "`" * (at % 7), "x")),
            )
            for at in range(count)
        ),
    )  # fmt: skip


BIG = _many(400)


@settings(max_examples=25)
@given(st.integers(1_200, 60_000))
def test_a_comment_is_cut_between_lines_and_says_so(max_size: int) -> None:
    full, cut = render_plan_markdown(BIG, 10**7), render_plan_markdown(BIG, max_size)
    assert len(cut.encode()) <= max_size < len(full.encode())
    assert f"**Cut** to the {max_size:,} bytes" in cut
    assert cut.endswith(full[full.rindex("Plan digest: ") :])
    tokens = READER.parse(cut)
    shown = {line for token in READER.parse(full) if token.type == "fence" for line in token.content.splitlines()}
    fences = [token for token in tokens if token.type == "fence"]
    assert fences
    assert all(line in shown or line == "... (cut)" for fence in fences for line in fence.content.splitlines())
    html = "".join(token.content for token in tokens if token.type == "html_block")
    assert html.count("<details>") == html.count("</details>")
    said = sum(int(count) for count in re.findall(r"(\d+) changes? not shown", cut))
    heads = [line for fence in fences for line in fence.content.splitlines() if re.match(r"[~-] T", line)]
    assert said + len(heads) == len(BIG.changes)


def test_what_fits_is_not_cut_and_what_is_less_important_goes_first() -> None:
    full = render_plan_markdown(BIG, 10**7)
    exact = len(full.encode()) + 300
    assert render_plan_markdown(BIG, exact) == full
    cut = render_plan_markdown(BIG, exact - 400)
    assert cut.count("\n- T") == 200
    assert "**Cut**" in cut


def test_no_size_is_a_reason_to_leave_out_the_summary() -> None:
    with pytest.raises(ValueError, match="too small"):
        render_plan_markdown(BIG, 300)


def test_the_same_plan_is_the_same_comment() -> None:
    assert render_plan_markdown(_many(50)) == render_plan_markdown(_many(50))
    assert render_result_markdown(PLAN, Result(())) == render_result_markdown(PLAN, Result(()))
