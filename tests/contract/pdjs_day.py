"""All that pdjs offers, in programs as its users write them. They follow each other: each finds what those before it made."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.pdjs import PdJs


def verbs(js: PdJs) -> None:
    """`api()` as one call, as a partial one, and its shorthands."""
    made = js(
        """
        const {response, resource} = await pd.post('/users', {data: {user: {type: 'user', name: 'Iris Lane', email: 'iris@example.com'}}})
        return {status: response.status, id: resource.id, name: resource.name}
        """
    )
    assert made == {"status": 201, "id": made["id"], "name": "Iris Lane"}
    one_call = "return (await api({token, endpoint: 'users/' + given.id})).data.user.email"
    assert js(one_call, id=made["id"]) == "iris@example.com"
    by_url = "return (await pd({url: 'https://api.pagerduty.com/users/' + given.id, method: 'get'})).data.user.id"
    assert js(by_url, id=made["id"]) == made["id"]
    team = js("return (await pd.post('teams', {data: {team: {type: 'team', name: 'Js'}}})).resource.id")
    put = "return (await pd.put('teams/' + given.id, {data: {team: {type: 'team', name: 'Js renamed'}}})).resource.name"
    assert js(put, id=team) == "Js renamed"
    assert [it["name"] for it in js.rows("team")] == ["Js renamed"]
    assert js("return (await pd.delete('teams/' + given.id)).status", id=team) == 204
    assert js.rows("team") == []
    missing = "const {status, data} = await pd.get('teams/PNONE00'); return [status, data.error.code]"
    assert js(missing) == [404, 6001]
    assert js("return (await pd.get('users/me')).data.user.role") == "owner"
    assert js("return (await pd.patch('teams/PNONE00', {data: {}})).status") in (404, 405)


def setup(js: PdJs) -> None:
    """What the next programs read: with a `From` header, which an option sends."""
    program = """
        const user = (await pd.get('users', {queryParameters: {query: 'iris'}})).resource[0]
        const rules = [{escalation_delay_in_minutes: 10, targets: [{id: user.id, type: 'user_reference'}]}]
        const headers = {From: 'owner@example.com'}
        const body = {escalation_policy: {type: 'escalation_policy', name: 'Js', escalation_rules: rules}}
        const policy = (await pd.post('escalation_policies', {headers, data: body})).data.escalation_policy
        for (const name of ['One', 'Two', 'Three', 'Four', 'Five']) {
          const service = {type: 'service', name, escalation_policy: {id: policy.id, type: 'escalation_policy_reference'}}
          await pd.post('services', {data: {service}})
        }
        """
    js(program)
    assert [it["name"] for it in js.rows("service")] == ["One", "Two", "Three", "Four", "Five"]


def pages(js: PdJs) -> None:
    """`all()` follows offsets; `next` is the way to do it by hand."""
    everything = """
        const {data, resource} = await pd.all('services', {data: {limit: 2}})
        return [data.length, resource.map(it => it.name)]
        """
    assert js(everything) == [3, ["Five", "Four", "One", "Three", "Two"]]
    by_hand = """
        const first = await pd.get('services', {queryParameters: {limit: 3, 'include[]': ['integrations', 'teams']}})
        const second = await first.next()
        return [first.resource.length, second.resource.length, second.next === undefined]
        """
    assert js(by_hand) == [3, 2, True]
    counted = "const {data} = await pd.get('services', {data: {total: true, limit: 1}}); return [data.total, data.more]"
    assert js(counted) == [5, True]
    by_cursor = "return (await pd.get('audit/records', {data: {limit: 2}})).data.records.length"
    assert js(by_cursor) == 2


def bearer(js: PdJs) -> None:
    program = "return (await api({token, tokenType: 'bearer'}).get('priorities')).resource.map(it => it.name)"
    assert js(program) == ["P1", "P2", "P3", "P4", "P5"]


def events(js: PdJs) -> None:
    """Alerts and changes, by the general function and by its shorthands."""
    key = js(
        """
        const service = (await pd.get('services', {data: {query: 'Three'}})).resource[0]
        const integration = {type: 'events_api_v2_inbound_integration', name: 'Js'}
        return (await pd.post(`services/${service.id}/integrations`, {data: {integration}})).data.integration.integration_key
        """
    )
    payload = {"summary": "Disk full", "source": "db1", "severity": "error", "custom_details": {"used": 97}}
    send = """
        const {status, data} = await FUNCTION({data: {routing_key: given.key, dedup_key: 'disk', payload: given.payload, ...given.more}})
        return [status, data.status, data.dedup_key]
        """
    statuses = []
    more = {
        "event_action": "trigger",
        "images": [{"src": "https://example.com/a.png"}],
        "links": [{"href": "https://example.com"}],
    }
    for function in ("event", "acknowledge", "trigger", "resolve"):
        told = js(
            send.replace("FUNCTION", function), key=key, payload=payload, more=more if function == "event" else {}
        )
        assert told == [202, "success", "disk"]
        statuses += [it["status"] for it in js.rows("incident")]
    assert statuses == ["triggered", "acknowledged", "acknowledged", "resolved"]
    change = "return (await change({data: {routing_key: given.key, payload: given.payload}})).data.status"
    assert js(change, key=key, payload={"summary": "Deployed", "source": "ci"}) == "success"
    assert [it["summary"] for it in js.rows("change_event")] == ["Deployed"]
    wrong = "const {status, data} = await trigger({data: {routing_key: 'x', payload: given.payload}}); return [status, data.status]"
    assert js(wrong, payload=payload) == [400, "invalid event"]


CHAPTERS: tuple[Callable[[PdJs], None], ...] = (verbs, setup, pages, bearer, events)
