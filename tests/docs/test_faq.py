"""The questions of the on-call manager: short answers, and only words that a plan really uses."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/explanation/faq-of-the-on-call-manager.md").read_text(encoding="utf-8")
ANSWERS = dict(re.findall(r"^### ([^\n]+\?)\n\n(.+?)(?=\n\n#|\n*\Z)", TEXT, re.M | re.S))


def test_there_are_answers_and_each_is_short() -> None:
    assert len(ANSWERS) >= 12
    assert len(ANSWERS) == TEXT.count("\n### ")
    for question, answer in ANSWERS.items():
        sentences = re.split(r"(?<=[.?!:])\s+(?=[A-Z`*\[])", answer)
        assert len(sentences) <= 5, question


def test_the_words_of_a_plan_are_those_that_pdsync_writes() -> None:
    written = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "pdsync/report").rglob("*.py"))
    quoted = set(re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", TEXT.replace("\n", " ")))
    quoted |= set(re.findall(r'"([^"\n]+)"', "\n".join(ANSWERS)))
    assert len(quoted) >= 6
    assert [words for words in sorted(quoted) if words not in written] == []
