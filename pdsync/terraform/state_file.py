"""Recognises what Terraform wrote: a state file, the output of ``terraform show -json``, or something that holds no resources."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from pdsync.terraform.raw_state import OldFormError, read_raw_state
from pdsync.terraform.resource import StateResource
from pdsync.terraform.shown_state import read_shown_state
from pdsync.terraform.state_error import StateError

LARGEST = 256_000_000
"""Bytes. States of large companies have some ten million."""
_SHOW = "Run 'terraform show -json > state.json' where the configuration is, and import that file."
_REFRESH = (
    "Run 'terraform apply -refresh-only' where the configuration is (it changes only the state), then import the state."
)
_PULL = "Run 'terraform state pull > state.json' where the configuration is, and import that file."
_TOFU = "Run 'tofu show -json > state.json', which decrypts it, and import that file."
_SHOW_PLAN = "Run 'terraform show -json FILE > plan.json' and import that file."
_VERSION, _FORMAT = 4, "1"


@dataclass(frozen=True, slots=True)
class StateFile:
    """The resources of PagerDuty in one file."""

    name: str
    """The file as the user named it."""
    resources: tuple[StateResource, ...]
    skipped: tuple[str, ...] = ()
    """Addresses of objects that Terraform has replaced and is about to delete."""
    is_plan: bool = False
    """True where the file is a plan: the resources are those of the state before it."""


def read_state_file(name: str, data: bytes) -> StateFile:
    """Reads one file. Raises StateError, which says what the file is and what to do."""
    try:
        body = json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _not_json(name, data, error) from None
    if not isinstance(body, Mapping):
        raise StateError(name, "is not a Terraform state: it contains no JSON object", _SHOW)
    try:
        return _read(name, body)
    except (TypeError, AttributeError, KeyError, ValueError, RecursionError):
        raise StateError(name, "is not a whole Terraform state: a part of it has an unknown form", _SHOW) from None


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(word)


def _read(name: str, body: Mapping[str, Any]) -> StateFile:
    if "encrypted_data" in body:
        raise StateError(name, "is encrypted", _TOFU)
    if "provider_schemas" in body:
        raise StateError(name, "holds the schemas of providers, and no resources", _SHOW)
    if "format_version" in body:
        return _shown(name, body)
    if "version" in body:
        return _raw(name, body)
    raise StateError(name, "is not a Terraform state: it names neither a version nor a format_version", _SHOW)


def _raw(name: str, body: Mapping[str, Any]) -> StateFile:
    if "backend" in body and not body.get("resources"):
        raise StateError(name, "names the place of the state, but does not contain it", _PULL)
    if body["version"] != _VERSION:
        hint = f"Terraform 0.12 and later write version {_VERSION}. {_SHOW}"
        said = f"version {body['version']}" if isinstance(body["version"], int) else "an unknown version"
        raise StateError(name, f"is a Terraform state of {said}, which pdsync does not read", hint)
    try:
        return StateFile(name, *read_raw_state(name, body))
    except OldFormError:
        raise StateError(name, "holds attributes in the form of Terraform 0.11", _REFRESH) from None


def _shown(name: str, body: Mapping[str, Any]) -> StateFile:
    version = str(body["format_version"])
    if version.partition(".")[0] != _FORMAT:
        said = version if re.fullmatch(r"[0-9.]{1,10}", version) else "of unknown form"
        what = f"has a format_version {said}, which pdsync does not read"
        raise StateError(name, what, f"It reads {_FORMAT}.x, from Terraform 1.0 and later.")
    is_plan = "planned_values" in body or "resource_changes" in body
    held = body.get("prior_state") if is_plan else body
    if is_plan and not held:
        hint = f"It shows what Terraform would create. After 'terraform apply': {_SHOW[0].lower()}{_SHOW[1:]}"
        raise StateError(name, "is a plan that begins with an empty state", hint)
    if not is_plan and "values" not in body and body.keys() - {"format_version", "terraform_version", "checks"}:
        raise StateError(name, "is Terraform JSON, but not a state", _SHOW)
    values = (held or {}).get("values") or {}
    return StateFile(name, *read_shown_state(name, values), is_plan=is_plan)


def _not_json(name: str, data: bytes, error: Exception) -> StateError:
    """What a file that is not JSON most likely is."""
    if not data.strip():
        return StateError(name, "is empty", _SHOW)
    if data.startswith(b"PK\x03\x04"):
        return StateError(name, "is a plan in Terraform's own form, not JSON", _SHOW_PLAN)
    if isinstance(error, RecursionError):
        return StateError(name, "is nested too deep to be a Terraform state", _SHOW)
    first = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if first not in (b"{", b"[", b"\xff", b"\xfe", b"\x00"):
        return StateError(name, "is not JSON", _SHOW)
    if isinstance(error, json.JSONDecodeError) and error.msg == "Extra data":
        return StateError(
            name, "holds more than one JSON document", f"It may be a log of 'terraform plan -json'. {_SHOW}"
        )
    where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
    return StateError(name, f"is not complete JSON: it is cut off or damaged{where}", _SHOW)
