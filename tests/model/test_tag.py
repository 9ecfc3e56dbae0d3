"""Labels of tags are compared exactly, so what would be another label by accident is a problem."""

from __future__ import annotations

import pytest

from pdsync.kinds import BY_NAME
from pdsync.model import Scope


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("emea", ""),
        ("Tier 1: gold & ünïcødé", ""),
        ("x" * 191, ""),
        ("x" * 192, "191"),
        ("", "empty"),
        (" emea", "begins or ends with white space"),
        ("emea ", "begins or ends with white space"),
        ("a\tb", "contains a tab"),
        ("a\nb", "control characters or line breaks"),
        (7, "text"),
        ({"label": "emea"}, "text"),
        (None, "text"),
    ],
)
@pytest.mark.parametrize("kind", ["User", "Team", "EscalationPolicy"])
def test_a_label_is_checked_at_its_place(kind: str, label: object, says: str) -> None:
    scope = Scope()
    _, children, _ = BY_NAME[kind].read_desired({"tags": ["first", label]}, scope, ("spec",))
    found = [it for it in scope.problems if it.path[1:2] == ("tags",)]
    if not says:
        assert not found
        assert {item["label"] for item in children["tags"]} == {"first", label}
    else:
        (problem,) = found
        assert problem.path == ("spec", "tags", 1)
        assert says in f"{problem.message} {problem.hint}"


def test_what_pagerduty_stores_is_not_trimmed() -> None:
    answer = [{"id": "PTAG1", "type": "tag", "label": " a "}, {"id": "PTAG2", "type": "tag", "label": "a"}]
    live = BY_NAME["Team"].read_live({"id": "PTEAM1", "type": "team", "name": "Red"}, {"tags": answer})
    assert [item.value for item in live.children["tags"]] == [{"label": " a "}, {"label": "a"}]
