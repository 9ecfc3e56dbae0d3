"""Exports of sandbox accounts, loaded and planned as a user would."""

from __future__ import annotations

import os
from collections.abc import Sequence

from pdsync.account import Extent, fetch_account
from pdsync.client import RestApiV2Client
from pdsync.export import Export, ExportOptions, build_export
from pdsync.manifest import load_texts
from pdsync.manifest.text_file import TextFiles
from pdsync.model import Account, Resource
from pdsync.model.codec.secret import is_hidden
from pdsync.plan import Operation, Plan, build_plan
from tests.support.world import options

WORKSPACE = "test"


def fetch_whole(client: RestApiV2Client) -> Account:
    """The account with members and vendors."""
    return fetch_account(client, Extent(also=lambda raw: True, everything=True))


def export_of(account: Account, **more: str) -> Export:
    return build_export(account, ExportOptions(WORKSPACE, **more))


def load(export: Export) -> tuple[Resource, ...]:
    """The resources of the files, which must have no problem."""
    others = {os.path.realpath(name): text for name, text in export.files.items() if not name.endswith(".yaml")}
    manifests = ((name, text) for name, text in export.files.items() if name.endswith(".yaml"))
    result = load_texts(manifests, text_files=TextFiles(others))
    assert not result.problems, result.problems
    return result.resources


def assert_only_adopts(plan: Plan) -> None:
    """No problem, and no difference of any field or item. A secret that PagerDuty does not show is sent once."""
    assert not plan.problems, plan.problems
    deltas = [(it.address, delta) for it in plan.changes for delta in it.deltas if not is_hidden(delta.before)]
    assert not deltas, deltas
    assert not [(it.address, it.children) for it in plan.changes if it.children]
    assert {change.operation for change in plan.changes} <= {Operation.ADOPT}
    assert not [change.blockers for change in plan.changes if change.blockers]


def plan_of(client: RestApiV2Client, resources: Sequence[Resource]) -> Plan:
    return build_plan(resources, fetch_account(client, Extent(resources)), options(adopt=True))
