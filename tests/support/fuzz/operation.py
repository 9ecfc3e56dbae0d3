"""Operation: one endpoint is sent what a fuzzer draws from its description."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from pdsync.sandbox import SandboxServer
from tests.support.fuzz.account import Rows
from tests.support.fuzz.description import SOURCES

TOKEN = "u+token-of-the-fuzzer"
_HANGS_S = 30
# Not the smallest example that fails: the first one, soon. And none that a run before has stored.
_ONCE = settings(
    phases=[Phase.generate],
    database=None,
    derandomize=False,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
_IRREGULAR = {
    "technical_services": "service",
    "escalation_policies": "escalation_policy",
    "log_entries": "log_entry",
    "runners": "automation_runner",
    "actions": "automation_action",
    "rotations": "schedule_rotation",
    "triggers": "workflow_trigger",
}
_WRAPPERS = {"automation_runner": "runner", "automation_action": "action", "event_orchestration": "orchestration"}
_WRAPPERS |= {"schedule_v3": "schedule", "schedule_rotation": "rotation", "workflow_trigger": "trigger"}
_SERVERS_OWN = {"id", "number", "parent"}
_PLAIN_JUNK = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
_JUNK = (
    _PLAIN_JUNK
    | st.lists(_PLAIN_JUNK, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "type", "name"]) | st.text(), _PLAIN_JUNK, max_size=3)
    | st.sampled_from(
        [2**63, -(2**63), "x" * 5000, "2097-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"]
    )
)


@dataclass(frozen=True, slots=True)
class Share:
    """Examples for one endpoint, which is the ``index``-th of a description. None is begun after ``seconds``."""

    source: str
    index: int
    examples: int
    seed: int = 0
    seconds: float = _HANGS_S


@dataclass(slots=True)
class Found:
    """How many requests there were by status, and what is wrong: a sentence for the first answer of 500, and for whatever
    is half done afterwards."""

    name: str
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class _OutOfTime(BaseException):
    """Hypothesis lets it through; of an Exception it would look for the smallest example."""


@cache
def operations(source: str) -> list[Any]:
    """The endpoints of a description; none where it is not at hand."""
    document = SOURCES[source]()
    if document is None:
        return []
    return [result.ok() for result in schemathesis.openapi.from_dict(document).get_all_operations()]


def in_order(source: str) -> list[int]:
    """Indexes of all endpoints. Deletes come last: what is deleted is not there for the others."""
    found = operations(source)
    return sorted(range(len(found)), key=lambda index: found[index].method == "delete")


def examine(share: Share, server: SandboxServer, rows: Rows) -> Found:
    operation = operations(share.source)[share.index]
    found = Found(f"{operation.method.upper()} {operation.path}")
    ends = time.monotonic() + share.seconds
    strategy = operation.as_strategy()

    @seed(hash((share.seed, share.index)))
    @settings(_ONCE, max_examples=share.examples)
    @given(data=st.data())
    def send(session: requests.Session, data: Any) -> None:
        case = data.draw(strategy)
        _aim(case, operation.path, rows, data)
        # What has few different requests is sent them again: the account is another one by then.
        data.draw(st.integers(0, 2**32))
        if time.monotonic() > ends:
            raise _OutOfTime
        key = {"Authorization": f"Token token={TOKEN}"}
        answer = case.call(base_url=server.url, session=session, headers=key, timeout=_HANGS_S)
        found.statuses[answer.status_code] += 1
        assert answer.status_code < 500, f"{case.as_curl_command()}\n{answer.text}"

    with requests.Session() as session:
        session.trust_env = False
        try:
            send(session)
        except _OutOfTime:
            pass
        except Exception as fault:  # noqa: BLE001 (whatever it is, the other endpoints are looked at as well)
            found.faults.append(f"{fault!r}")
    found.faults += [f"half done: {it}" for it in server.control.breaks()]
    return found


def _aim(case: Any, path: str, rows: Rows, data: Any) -> None:
    """Most ids of the path, and of most bodies, are those of something that is there; those of the simplest example are."""
    parent = None
    for name in reversed(re.findall(r"{(\w+)}", path)):
        known = rows.get(_kind_at(path.split("{" + name + "}")[0]), [])
        if known and data.draw(st.integers(0, 9)) < 9:
            row = data.draw(st.sampled_from(known))
            case.path_parameters[name] = parent or row["id"]
            parent = row.get("parent") if isinstance(row.get("parent"), str) else None
    if isinstance(case.body, dict):
        kind = _kind_at(path.partition("{id}")[0])
        choice = data.draw(st.integers(0, 4))
        if choice < 2 and rows.get(kind):
            case.body = _almost(kind, rows, data)
        elif choice < 4:
            case.body = _with_real_ids(case.body, rows, data)


def _kind_at(path: str) -> str:
    """``user`` for ``/users/``."""
    place = path.strip("/")
    if place == "v3/schedules":
        return "schedule_v3"
    last = place.split("/")[-1]
    return _IRREGULAR.get(last, last.removesuffix("s"))


def _almost(kind: str, rows: Rows, data: Any) -> dict[str, Any]:
    """A body like what there is of the kind, with another name, and junk in one field. Junk alone is refused before much is done."""
    held = data.draw(st.sampled_from(rows[kind]))
    body = {name: value for name, value in held.items() if name not in _SERVERS_OWN}
    for name in ("name", "label", "title"):
        if name in body:
            body[name] = f"{body[name]} {data.draw(st.integers(0, 10**6))}"
    if "email" in body:
        body["email"] = f"{data.draw(st.integers(0, 10**6))}@example.com"
    if body and data.draw(st.booleans()):
        body[data.draw(st.sampled_from(sorted(body)))] = data.draw(_JUNK)
    return {_WRAPPERS.get(kind, kind): body}


def _with_real_ids(value: Any, rows: Rows, data: Any, name: str = "") -> Any:
    """References lead to something that is there; what they say is junk otherwise, and so is all the rest."""
    if isinstance(value, list):
        return [_with_real_ids(it, rows, data, name.removesuffix("s")) for it in value]
    if not isinstance(value, dict):
        return value
    changed = {key: _with_real_ids(it, rows, data, key) for key, it in value.items()}
    kind = str(value.get("type")).removesuffix("_reference")
    known = rows.get(kind if kind in rows else name, [])
    if "id" in value and known:
        changed["id"] = data.draw(st.sampled_from(known))["id"]
    return changed
