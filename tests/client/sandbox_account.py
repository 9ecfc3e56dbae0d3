"""An account in a sandbox, with clients for it."""

from datetime import UTC, datetime
from typing import Any

from pdsync.client import EventsApiV2Client, RestApiV2Client
from pdsync.sandbox import SandboxServer

API_KEY = "u+Sup3rS3cretT0ken42"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Account:
    """An account in a sandbox with a service that is alerted, and clients for it."""

    def __init__(self, server: SandboxServer) -> None:
        self.url = server.url
        self.server = server
        self.client = RestApiV2Client(API_KEY, default_from="owner@example.com", base_url=server.url)
        self.jane = self.user("Jane", "jane@example35.com")
        targets = [reference(self.jane)]
        rules = [{"escalation_delay_in_minutes": 30, "targets": targets}]
        self.policy = self.client.rpost("escalation_policies", json={"name": "Daily", "escalation_rules": rules})
        self.service = self.new_service("SN one")
        integration = self.client.rpost(
            f"services/{self.service['id']}/integrations", json={"type": "events_api_v2_inbound_integration"}
        )
        self.events_client = EventsApiV2Client(integration["integration_key"], base_url=server.url)

    def close(self) -> None:
        self.client.close()
        self.events_client.close()

    def user(self, name: str, email: str) -> Any:
        return self.client.rpost("users", json={"type": "user", "name": name, "email": email})

    def new_service(self, name: str) -> Any:
        return self.client.rpost("services", json={"name": name, "escalation_policy": reference(self.policy)})

    def requests(self) -> list[str]:
        """METHOD PATH?QUERY of each request so far, the percent signs of the query decoded."""
        return [
            f"{seen['method']} {seen['path']}" + (f"?{seen['query']}" if seen["query"] else "")
            for seen in self.server.requests()
        ]

    def statuses(self) -> dict[str, str]:
        return {i["title"]: i["status"] for i in self.client.iter_all("incidents")}


def reference(thing: Any) -> dict[str, str]:
    return {"id": thing["id"], "type": f"{thing['type']}_reference"}
