"""People: how questions about users, their roles and teams are asked."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.answer import Finding
from pdsync.probe.material import user_body
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Workbench


def _ask_from_header(bench: Workbench) -> Finding:
    answer = bench.post("users", user_body(bench, "without-from"), headers={"From": None})
    return answer.by_status({201: "incidents", 400: "users_and_windows"})


PROBES = (
    Probe(
        "from_header",
        "POST /users with an account-level key and no From header",
        _ask_from_header,
        key="account",
    ),
)
NOT_ASKED: Mapping[str, str] = {
    "sso_managed_address": "It takes an identity provider and a person whom it manages.",
    "private_object": "It takes the key of a second person, who is not in the team.",
}
