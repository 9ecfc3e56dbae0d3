"""Integrations: how questions about where the events and emails of a service come in are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.probe.answer import Answer, Finding, Unasked
from pdsync.probe.material import policy, service_body
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench

EMAIL = "generic_email_inbound_integration"
_EVENTS = "events_api_v2_inbound_integration"
_OF_ANOTHER_PRODUCT = "keynote_inbound_integration"
_EVENT_VENDOR = "Datadog"


def _ask_type_beside_vendor(bench: Workbench) -> Finding:
    answer = add_integration(bench, vendor=find_vendor(bench, _EVENT_VENDOR))
    return answer.by_status({201: "optional", 400: "required"})


def _ask_foreign_type_beside_vendor(bench: Workbench) -> Finding:
    answer = add_integration(bench, vendor=find_vendor(bench, _EVENT_VENDOR), type=_OF_ANOTHER_PRODUCT)
    return answer.by_status({201: "overruled", 400: "refused"})


def _ask_email_without_address(bench: Workbench) -> Finding:
    return add_integration(bench, type=EMAIL).by_status({201: "made_up", 400: "refused"})


def _ask_integration_deletion(bench: Workbench) -> Finding:
    service = bench.make("services", **service_body(policy(bench)))
    path = f"services/{service['id']}/integrations"
    made = bench.need(bench.post(path, {"type": _EVENTS, "name": "Events"}), path)
    return bench.delete(f"{path}/{made['id']}").by_status({204: "deleted", 404: "not_served", 405: "not_served"})


def _ask_extractor_delimiters(bench: Workbench) -> Finding:
    answer, shown = _extracted(bench, type="between", starts_after=" id: ", ends_before=" end ")
    readings = {(" id: ", " end "): "kept", ("id:", "end"): "trimmed"}
    return answer.among(readings, (shown.get("starts_after"), shown.get("ends_before")))


def _ask_unused_delimiters(bench: Workbench) -> Finding:
    answer, shown = _extracted(bench, type="entire", starts_after="from", ends_before="to")
    readings = {("from", "to"): "as_sent", ("", ""): "empty", (None, None): "left_out"}
    return answer.among(readings, (shown.get("starts_after"), shown.get("ends_before")))


def find_vendor(bench: Workbench, name: str) -> Object:
    """A reference to a vendor of this name. Raises Unasked where there is none."""
    found = [it for it in bench.read("vendors", query=name, limit=100) if it["name"] == name]
    if not found:
        raise Unasked("the vendor that the question needs is not in the catalogue")
    return {"id": found[0]["id"], "type": "vendor_reference"}


def add_integration(bench: Workbench, **body: Any) -> Answer:
    """The answer to a new integration of a new service."""
    service = bench.make("services", **service_body(policy(bench)))
    return bench.post(f"services/{service['id']}/integrations", {"name": "Integration", **body})


def _extracted(bench: Workbench, **extractor: Any) -> tuple[Answer, Object]:
    """The answer to an email integration with this value extractor, and the extractor as it is answered."""
    predicate = {
        "type": "any",
        "children": [{"type": "contains", "matcher": "trouble", "part": "subject"}],
    }
    parser = {
        "action": "trigger",
        "match_predicate": predicate,
        "value_extractors": [{"part": "subject", "value_name": "incident_key", **extractor}],
    }
    email = {"integration_email": bench.integration_address("mail"), "email_incident_creation": "use_rules"}
    answer = add_integration(bench, type=EMAIL, email_parsers=[parser], **email)
    made = bench.need(answer, "services/{id}/integrations")
    return answer, made["email_parsers"][0]["value_extractors"][0]


PROBES = (
    Probe(
        "type_beside_vendor",
        "POST /services/{id}/integrations with a vendor and without a type",
        _ask_type_beside_vendor,
    ),
    Probe(
        "foreign_type_beside_vendor",
        "POST /services/{id}/integrations with a vendor and the type of another product",
        _ask_foreign_type_beside_vendor,
    ),
    Probe(
        "email_without_address",
        "POST /services/{id}/integrations of the email type without an address",
        _ask_email_without_address,
    ),
    Probe("integration_deletion", "DELETE /services/{id}/integrations/{integration_id}", _ask_integration_deletion),
    Probe(
        "extractor_delimiters",
        "POST /services/{id}/integrations with a value extractor whose delimiters begin and end with spaces",
        _ask_extractor_delimiters,
    ),
    Probe(
        "unused_delimiters",
        "POST /services/{id}/integrations with a value extractor of the type `entire` that also has delimiters",
        _ask_unused_delimiters,
    ),
)
NOT_ASKED: Mapping[str, str] = {}
