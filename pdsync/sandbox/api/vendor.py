"""Vendor: the products that integrations are made for. The list is fixed: the API cannot add to it."""

from __future__ import annotations

from dataclasses import dataclass

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.links import WEB_URL
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import not_found
from pdsync.sandbox.store.record import Body

_EVENTS = "events_api_v2_inbound_integration"
_TRANSFORMER = "event_transformer_api_inbound_integration"
_EMAIL = "generic_email_inbound_integration"


@dataclass(frozen=True, slots=True)
class Vendor:
    """``integration_type`` is the concrete type that an integration made for this vendor answers."""

    id: str
    name: str
    integration_type: str
    website_url: str

    @property
    def generic_service_type(self) -> str:
        return "email" if self.integration_type == _EMAIL else "events"


# The ids of Amazon CloudWatch and Email are those in PagerDuty's API description; the others only look like real ones.
# The documentation of terraform-provider-pagerduty looks up Email by its name.
_ALL = (
    Vendor("PZQ6AUS", "Amazon CloudWatch", "aws_cloudwatch_inbound_integration", "https://aws.amazon.com/cloudwatch"),
    Vendor("PAM4FGD", "Datadog", _TRANSFORMER, "https://www.datadoghq.com"),
    Vendor("PPROMT3", "Prometheus", _EVENTS, "https://prometheus.io"),
    Vendor("PGRAF4N", "Grafana", _EVENTS, "https://grafana.com"),
    Vendor("PNEWR3L", "New Relic", _TRANSFORMER, "https://newrelic.com"),
    Vendor("PSNTRY7", "Sentry", _EVENTS, "https://sentry.io"),
    Vendor("PGTHB2Q", "GitHub", _TRANSFORMER, "https://github.com"),
    Vendor("PGTLB5K", "GitLab", _EVENTS, "https://gitlab.com"),
    Vendor("PNAG1OS", "Nagios", "nagios_inbound_integration", "https://www.nagios.org"),
    Vendor("PPNGD0M", "Pingdom", "pingdom_inbound_integration", "https://www.pingdom.com"),
    Vendor("PSPLNK4", "Splunk", _TRANSFORMER, "https://www.splunk.com"),
    Vendor("PZBBX6R", "Zabbix", _EVENTS, "https://www.zabbix.com"),
    Vendor("PDYNTR8", "Dynatrace", _TRANSFORMER, "https://www.dynatrace.com"),
    Vendor("PELSTC9", "Elasticsearch Watcher", _EVENTS, "https://www.elastic.co"),
    Vendor("PAZMON2", "Microsoft Azure", _TRANSFORMER, "https://azure.microsoft.com"),
    Vendor("PGCPMN5", "Google Cloud Operations", _EVENTS, "https://cloud.google.com"),
    Vendor("PHNYCB1", "Honeycomb", _EVENTS, "https://www.honeycomb.io"),
    Vendor("PJNKNS3", "Jenkins", _EVENTS, "https://www.jenkins.io"),
    Vendor("PJIRA0S", "Jira", _TRANSFORMER, "https://www.atlassian.com/software/jira"),
    Vendor("PRLLBR6", "Rollbar", _TRANSFORMER, "https://rollbar.com"),
    Vendor("PSTCK7D", "StatusCake", _TRANSFORMER, "https://www.statuscake.com"),
    Vendor("PTHSN8E", "ThousandEyes", _TRANSFORMER, "https://www.thousandeyes.com"),
    Vendor("PUPTM4R", "UptimeRobot", _EMAIL, "https://uptimerobot.com"),
    Vendor("PSQLM0N", "SQL Monitor", "sql_monitor_inbound_integration", "https://www.red-gate.com"),
    Vendor("PKEYN0T", "Keynote", "keynote_inbound_integration", "https://www.keynote.com"),
    Vendor("PZD94QK", "Email", _EMAIL, "https://www.pagerduty.com"),
    Vendor("P8JX75F", "Autotask", _EMAIL, "https://www.datto.com"),
)
VENDORS = {vendor.id: vendor for vendor in _ALL}


def vendor_routes() -> list[Route]:
    return [Route("GET", "/vendors", _list), Route("GET", "/vendors/<id>", _get)]


def vendor_reference(call: Call, id: str) -> Body:
    return {**_head(call, id), "type": "vendor_reference"}


def show_vendor(call: Call, id: str) -> Body:
    vendor = VENDORS[id]
    image = f"{WEB_URL}/vendors/{id}"
    return {
        **_head(call, id),
        "name": vendor.name,
        "website_url": vendor.website_url,
        "logo_url": f"{image}/logo.png",
        "thumbnail_url": f"{image}/thumbnail.png",
        "description": f"Events from {vendor.name}.",
        "integration_guide_url": f"{WEB_URL}/docs/guides/{id}",
        "generic_service_type": vendor.generic_service_type,
    }


def _head(call: Call, id: str) -> Body:
    return {
        "id": id,
        "type": "vendor",
        "summary": VENDORS[id].name,
        "self": f"{call.links.base_url}/vendors/{id}",
        "html_url": None,
    }


def _list(call: Call) -> Answer:
    query = (call.arg("query") or "").casefold()
    found = sorted((it for it in VENDORS.values() if query in it.name.casefold()), key=lambda it: it.name.casefold())
    return Answer(200, paginate(call, "vendors", found, lambda vendor: show_vendor(call, vendor.id)))


def _get(call: Call, id: str) -> Answer:
    if id not in VENDORS:
        raise not_found()
    return Answer(200, {"vendor": show_vendor(call, id)})
