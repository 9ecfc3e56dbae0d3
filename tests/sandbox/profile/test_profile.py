from __future__ import annotations

import subprocess
import sys

import pytest

from pdsync.sandbox.api.endpoint import all_routes
from pdsync.sandbox.profile import QUESTIONS, Profile, Question
from pdsync.sandbox.profile.resource import RESOURCES, resource_of


def test_a_question_that_a_profile_does_not_name_has_its_default() -> None:
    for name, question in QUESTIONS.items():
        assert Profile().reading(name) == question.default


@pytest.mark.parametrize(("question", "reading"), [("no_question", "x"), ("rotation_virtual_start", "whole_minute")])
def test_a_question_or_reading_that_is_not_declared_is_a_mistake_of_the_code(question: str, reading: str) -> None:
    with pytest.raises(KeyError):
        Profile().reads(question, reading)


def test_the_default_is_one_of_the_readings() -> None:
    with pytest.raises(ValueError, match="its default"):
        Question("name", "Area", "Is it so?", {"yes_it_is": "So.", "it_is_not": "Not so."}, "perhaps", "no source")


def test_resources_are_paths_of_the_sandbox() -> None:
    assert set(RESOURCES) <= {resource_of(route.path) for route in all_routes() if route.method != "GET"}


def test_the_room_needs_neither_the_web_framework_nor_a_validator() -> None:
    code = "import sys, pdsync.sandbox.profile as it; print(sorted({'flask', 'yaml', 'jsonschema', 'requests'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout.strip() == "[]"
