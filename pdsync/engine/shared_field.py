"""Shared fields of manifests that are a part of the workspace: what the other manifests declare belongs to them too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pdsync.engine.error import ManifestsError, RequestError
from pdsync.model import Resource

if TYPE_CHECKING:
    from pdsync.engine.desired import Workspace

_SHOWN = 5


def check_shared_fields(workspace: Workspace, resources: Sequence[Resource]) -> None:
    """Raises RequestError where a selection lacks manifests that declare items of a shared field in it: these items would count as removed.
    Raises ManifestsError where it is not known, because some manifest of the workspace cannot be read."""
    whole = workspace.load()
    if whole.problems:
        raise ManifestsError(whole.problems)
    selected = {resource.address: resource for resource in resources}
    for resource in whole.resources:
        for name in selected[resource.address].gathered if resource.address in selected else ():
            missing = sorted({it.owner for it in resource.gathered[name]} - selected.keys())
            if missing:
                more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
                who = f"{', '.join(missing[:_SHOWN])}{more}"
                raise RequestError(
                    f"{name} of {resource.address} is shared, and PATH leaves out manifests that declare items in it: {who}",
                    "Name their files too, or leave PATH out.",
                )
