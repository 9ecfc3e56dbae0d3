"""Event orchestrations and automation actions."""

from __future__ import annotations

from tests.support.pagerduty_cli import PagerDutyCli


def orchestrations(pd: PagerDutyCli) -> None:
    made = pd('orchestration add -n Routing -d "By name" -T Payments').stdout
    [[id, name, *_]] = pd("orchestration list --csv").rows
    assert made.startswith(f"Created orchestration {id} with routing key ")
    assert name == "Routing"
    condition = "event.summary matches part 'payment'"
    pd(f'orchestration route add -i {id} -S Checkout -c "{condition}" -d Payments')
    path = pd.get(f"/event_orchestrations/{id}/router")["orchestration_path"]
    [rule] = path["sets"][0]["rules"]
    assert rule["actions"]["route_to"] == pd.row("service", name="Checkout")["id"]
    assert [it["expression"] for it in rule["conditions"]] == [condition]
    assert condition in pd(f"orchestration route list -i {id}").stdout
    pd(f"orchestration route delete -i {id} -S Checkout")
    assert pd.get(f"/event_orchestrations/{id}/router")["orchestration_path"]["sets"][0]["rules"] == []


def automation(pd: PagerDutyCli) -> None:
    told = pd("automation runner create -n Near -d Runs -y sidecar -T Payments -p").stdout
    [[runner, type, _, name, _]] = pd("automation runner list --csv").rows
    assert told.startswith(f"id:{runner}\nsecret:")
    assert name == "Near"
    assert type
    action = "-n Look -d Looks -c diagnostic -R Near -S Checkout -T Payments"
    id = pd(f"automation action create {action} -x uptime -p").id
    [[listed, *_, runner_name]] = pd("automation action list --csv").rows
    assert (listed, runner_name) == (id, "Near")
    shown = pd.get(f"/automation_actions/actions/{id}")["action"]
    assert (shown["action_data_reference"]["script"], shown["runner"]) == ("uptime", runner)
