"""Codecs of structures."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from pdsync.model import Scope
from pdsync.model.codec.plain import Codec, Text
from pdsync.model.codec.structure import MapOf, Object, optional
from pdsync.model.codec.workflow_step import STEPS

_INPUTS = {"Workspace": "T1", "Message": "Hello", "Channel ID": "C1"}


def _steps(inputs: dict[str, str]) -> object:
    wait = {"name": "Wait", "action": "delay:1", "inputs": inputs}
    loop = {"name": "Again", "action": "loop:1", "inputs": inputs, "inline_steps_inputs": {"Actions": [wait]}}
    return [wait, loop]


@pytest.mark.parametrize(
    ("codec", "write"),
    [
        (MapOf(Text()), lambda inputs: inputs),
        (MapOf(MapOf(Text())), lambda inputs: dict.fromkeys(inputs, inputs)),
        (Object.of("field", **dict.fromkeys(("Workspace", "Message"), optional(Text()))), lambda inputs: inputs),
        (STEPS, _steps),
    ],
    ids=["mapping", "mappings in a mapping", "object", "steps"],
)
def test_the_order_in_which_a_manifest_names_members_changes_no_byte(codec: Codec, write: object) -> None:
    assert callable(write)
    orders = (write(dict(order)) for order in permutations(_INPUTS.items()))
    read = {json.dumps(codec.desired(value, Scope(), ("spec", "it")), default=str) for value in orders}
    assert len(read) == 1, read
