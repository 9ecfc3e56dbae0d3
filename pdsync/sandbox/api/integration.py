"""Integration: an entry for the events of a service. Each has a routing key that other systems use."""

from __future__ import annotations

import re
import secrets
from functools import partial

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.email_setting import EMAIL_TYPE, check_email_settings
from pdsync.sandbox.api.vendor import VENDORS, show_vendor, vendor_reference
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.links import SUBDOMAIN
from pdsync.sandbox.http.problem import invalid, method_not_allowed
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record

_TYPE_NAMES = {
    "aws_cloudwatch_inbound_integration": "Amazon CloudWatch",
    "cloudkick_inbound_integration": "Cloudkick",
    "event_transformer_api_inbound_integration": "Event Transformer API",
    EMAIL_TYPE: "Email",
    "generic_events_api_inbound_integration": "Events API v1",
    "keynote_inbound_integration": "Keynote",
    "nagios_inbound_integration": "Nagios",
    "pingdom_inbound_integration": "Pingdom",
    "sql_monitor_inbound_integration": "SQL Monitor",
    "events_api_v2_inbound_integration": "Events API V2",
}
_GENERIC_TYPES = ("integration", "integration_reference", "service_integration", "service_integration_reference")
"""Types that say no more than that it is an integration: terraform-provider-pagerduty sends one next to every vendor."""
_DOMAIN = f"@{SUBDOMAIN}.pagerduty.com"


def integration_routes() -> list[Route]:
    many, one = "/services/<service_id>/integrations", "/services/<service_id>/integrations/<id>"
    return [
        Route("GET", many, _list),
        Route("POST", many, _post),
        Route("GET", one, _get),
        Route("PUT", one, _put),
        # Absent from PagerDuty's API description, used by the Terraform provider.
        Route("DELETE", one, _delete),
    ]


def show_integration(call: Call, record: Record, includes: frozenset[str]) -> Body:
    """``includes`` may have services and vendors (PagerDuty API description, GET of one integration)."""
    vendor, service = record.body["vendor"], call.record("service", record.parent or "")
    if vendor:
        vendor = (show_vendor if "vendors" in includes else vendor_reference)(call, vendor["id"])
    return {
        **call.links.head(record),
        **record.body,
        "service": call.embed(service, whole="services" in includes),
        "vendor": vendor,
    }


def _list(call: Call, service_id: str) -> Answer:
    service = call.record("service", service_id)
    shown = [call.show(it) for it in call.store.children("integration", service.id)]
    return Answer(200, {"integrations": shown})


def _get(call: Call, service_id: str, id: str) -> Answer:
    return _answer(200, call, call.child("integration", call.record("service", service_id), id))


def _post(call: Call, service_id: str) -> Answer:
    service = call.record("service", service_id)
    body = call.wrapped("integration")
    type, vendor = _type_and_vendor(call, body)
    id = call.store.new_id()
    draft: Body = {
        "name": VENDORS[vendor].name if vendor else _TYPE_NAMES[type],
        "type": type,
        "vendor": {"id": vendor, "type": "vendor_reference"} if vendor else None,
        "created_at": stored(call.now),
        # An email integration is addressed by its email.
        "integration_key": None if type == EMAIL_TYPE else secrets.token_hex(16),
    }
    _check(call, body, draft, None)
    return _answer(201, call, call.store.put("integration", id, draft, service.id))


def _put(call: Call, service_id: str, id: str) -> Answer:
    service = call.record("service", service_id)
    record = call.child("integration", service, id)
    body = call.wrapped("integration")
    # Another type or vendor is another integration with another key (terraform-provider-pagerduty: force-new).
    vendor = body.get("vendor")
    old = record.body["vendor"]
    if not _fits(body.get("type"), record.body["type"]):
        raise invalid("Type cannot be changed")
    if vendor is not None and not (isinstance(vendor, dict) and old and vendor.get("id") == old["id"]):
        raise invalid("Vendor cannot be changed")
    draft = dict(record.body)
    _check(call, body, draft, record)
    return _answer(200, call, call.store.put("integration", record.id, draft, service.id))


def _delete(call: Call, service_id: str, id: str) -> Answer:
    record = call.child("integration", call.record("service", service_id), id)
    if call.profile.reads("integration_deletion", "not_served"):
        raise method_not_allowed(("GET", "PUT"))
    call.store.delete(record.id)
    return Answer(204)


def _type_and_vendor(call: Call, body: Body) -> tuple[str, str | None]:
    """The concrete type, and the vendor's id if there is one. Both may be sent only if they agree; the vendor decides."""
    type, vendor = body.get("type"), body.get("vendor")
    if vendor is None:
        if not isinstance(type, str) or type not in _TYPE_NAMES:
            raise invalid(f"Either vendor is given, or type is one of: {', '.join(_TYPE_NAMES)}")
        return type, None
    id = vendor.get("id") if isinstance(vendor, dict) else None
    if not isinstance(id, str) or id not in VENDORS:
        raise invalid("Vendor Not Found")
    concrete = VENDORS[id].integration_type
    if type is None and call.profile.reads("type_beside_vendor", "required"):
        raise invalid("Type can't be blank")
    if not _fits(type, concrete) and call.profile.reads("foreign_type_beside_vendor", "refused"):
        raise invalid(f"Type must be {concrete} for this vendor, or be left out")
    return concrete, id


def _fits(type: object, concrete: str) -> bool:
    """Whether a type that was sent leaves an integration what it is."""
    return type is None or type == concrete or type in _GENERIC_TYPES


def _check(call: Call, body: Body, draft: Body, record: Record | None) -> None:
    """Names may repeat (openshift/pagerduty-operator #43)."""
    form = Form(body, draft, creating=record is None)
    form.text("name", Text(255, min_length=1), null=draft["name"])
    if draft["type"] == EMAIL_TYPE:
        question = "vendor_email_without_address" if draft["vendor"] is not None else "email_without_address"
        if call.profile.reads(question, "made_up"):
            draft.setdefault("integration_email", _free_email(call, str(draft["name"])))
        elif "integration_email" not in draft and not body.get("integration_email"):
            form.error("Integration email cannot be empty")  # text: terraform-provider-pagerduty
        form.text(
            "integration_email",
            Text(
                255, min_length=1, clean=lambda text: text.strip().lower(), check=partial(_email_problem, call, record)
            ),
            null=draft.get("integration_email"),
        )
        check_email_settings(call, form)
    form.finish()


def _email_problem(call: Call, record: Record | None, email: str) -> str | None:
    if not re.fullmatch(r"[^@\s]+" + re.escape(_DOMAIN), email):
        return f"must end with {_DOMAIN}"
    if any(it is not record and it.body.get("integration_email") == email for it in call.store.all("integration")):
        return "has already been taken"
    return None


def _free_email(call: Call, name: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "email"
    number, email = 1, stem + _DOMAIN
    while _email_problem(call, None, email):
        number, email = number + 1, f"{stem}-{number + 1}{_DOMAIN}"
    return email


def _answer(status: int, call: Call, record: Record) -> Answer:
    return Answer(status, {"integration": show_integration(call, record, call.includes())})
