"""Random conditions and events that have much in common, so that comparing them finds something."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

TEXTS = ("a", "ab", "B", "web-1", "")
PATTERNS = ("^a", "b$", "a|b", "(?-i)B", "a^", "$a", "[0-9]", "")
PATHS = ("event.x", "event.y", "event.x.z")


def conditions() -> st.SearchStrategy[str]:
    path, text = st.sampled_from(PATHS), st.sampled_from(TEXTS).map(lambda text: f"'{text}'")
    number, sign = st.sampled_from(("0", "1", "2", "1.5")), st.sampled_from((">", ">=", "<", "<=", "=="))
    exactly = st.sampled_from(("", " exactly"))
    leaves = st.one_of(
        st.builds("{} matches{}{} {}".format, path, st.sampled_from(("", " part")), exactly, text),
        st.builds("{} matches regex{} '{}'".format, path, exactly, st.sampled_from(PATTERNS)),
        st.builds("{} {} {}".format, path, sign, st.one_of(number, text)),
        st.builds("{} {} {}".format, number, sign, path),
        path.map("{} exists".format),
        path,
        st.sampled_from(("true", "false")),
    )
    return st.recursive(leaves, _joined, max_leaves=5)


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    join = st.builds("({} {} {})".format, inner, st.sampled_from(("and", "or")), inner)
    return st.one_of(join, inner.map("not ({})".format))


def events() -> st.SearchStrategy[dict[str, Any]]:
    value = st.one_of(st.sampled_from((*TEXTS, "A", "abc", "1", 0, 1, 2, 1.5, True, False, None)), st.just({"z": "ab"}))
    return st.dictionaries(st.sampled_from(("x", "y")), value)
