"""The states that tests write are such as Terraform reads, and what it shows of them has the form that tests show.

Terraform shows a state only with the schemas of its providers. Its own provider is built in, so resources of that one stand for the others.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pdsync.terraform.letting_go import addresses_by_file
from pdsync.terraform.resource import StateResource
from tests.terraform.provider import TfResource, as_shown, as_state

BUILT_IN = "terraform_data"
VALUES = {"id": "abc", "input": None, "output": None, "triggers_replace": None}
RESOURCES = [
    TfResource(BUILT_IN, "plain", VALUES),
    TfResource(BUILT_IN, "counted", VALUES, index=0),
    TfResource(BUILT_IN, "counted", VALUES, index=1, sensitive=(("input",),)),
    TfResource(BUILT_IN, "inner", VALUES, 'module.a["k.l"].module.b', index="x y"),
    TfResource(BUILT_IN, "outer", VALUES, 'module.a["k.l"]'),
]
Terraform = Callable[..., str]


@pytest.fixture
def terraform(tmp_path: Path) -> Terraform:
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("terraform is not installed")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1"}

    def run(*arguments: str) -> str:
        command = [program, *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100)
        assert done.returncode == 0, done.stderr
        return done.stdout

    body = as_state(RESOURCES)
    body["resources"] = [block for block in body["resources"] if block["type"] == BUILT_IN]
    for block in body["resources"]:
        block["provider"] = 'provider["terraform.io/builtin/terraform"]'
    (tmp_path / "terraform.tfstate").write_text(json.dumps(body))
    return run


def resources_in(module: dict[str, Any]) -> list[dict[str, Any]]:
    """Every resource with the members that pdsync reads, and the address of its module."""
    found = [
        {
            **{name: it.get(name) for name in ("mode", "type", "name", "index", "values")},
            "module": module.get("address"),
        }
        | {"sensitive": {name for name, mark in it["sensitive_values"].items() if mark is True}}
        for it in module.get("resources") or ()
    ]
    return found + [it for inner in module.get("child_modules") or () for it in resources_in(inner)]


def test_terraform_shows_the_state_as_the_tests_do(terraform: Terraform) -> None:
    shown, expected = json.loads(terraform("show", "-json")), as_shown(RESOURCES)
    assert shown["format_version"] == expected["format_version"]
    order = str
    theirs = sorted(resources_in(shown["values"]["root_module"]), key=order)
    assert theirs == sorted(resources_in(expected["values"]["root_module"]), key=order)


def test_terraform_forgets_what_it_is_told_to_forget(terraform: Terraform) -> None:
    resources = [StateResource(it.type, it.name, it.module, it.index, it.values, file="a") for it in RESOURCES]
    resources[2] = replace(resources[2])
    (addresses,) = addresses_by_file(resources, [it for it in resources if it is not resources[1]]).values()
    terraform("state", "rm", *addresses)
    assert terraform("state", "list").split("\n") == ["terraform_data.counted[0]", ""]
