"""Extensions: why questions about extensions and workflow connections are not asked by a program."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.probe import Probe

PROBES: tuple[Probe, ...] = ()
_EXTENSION = "An extension leads to another program, such as ServiceNow, which the test account may not have."
_CONNECTION = "A workflow connection needs the credentials of another program."
NOT_ASKED: Mapping[str, str] = {
    "extension_secrets": _EXTENSION,
    "extension_redacted_value": "No answer shows what is stored for a secret.",
    "extension_config": _EXTENSION,
    "extension_services": _EXTENSION,
    "extension_endpoint_url": _EXTENSION,
    "extension_of_deleted_service": _EXTENSION,
    "connection_secrets": _CONNECTION,
    "connection_answer": _CONNECTION,
}
