"""What loading gives: resources with their positions, and a digest of what they ask for."""

from __future__ import annotations

from pdsync.model import Ref, Source
from tests.manifest.text import load, manifest

ANA = manifest("User", "ana", "email: Ana@Example.com\nname: Ana  Lima")


def test_a_resource_holds_what_the_manifest_names_and_no_more() -> None:
    text = """\
# about the shop
apiVersion: pdsync/v1
kind: Service
metadata: {name: shop, id: PABC123}
lifecycle: {adopt: true, protect: true, ignore: [status, integrations]}
spec:
  escalation_policy: {name: Someone else}
  auto_resolve_timeout: 4h
  integrations_mode: exclusive
  integrations:
    - {name: Datadog, vendor: Datadog}
"""
    result = load(text)
    assert result.problems == ()
    (shop,) = result.resources
    assert shop.address == "service/shop"
    assert shop.id == "PABC123"
    assert shop.fields == {
        "name": "shop",
        "escalation_policy": Ref("escalation_policy", "name", "Someone else"),
        "auto_resolve_timeout": 14400,
    }
    assert shop.children == {"integrations": ({"name": "Datadog", "vendor": Ref("vendor", "name", "Datadog")},)}
    assert shop.modes == {"integrations": "exclusive"}
    assert (shop.lifecycle.adopt, shop.lifecycle.protect) == (True, True)
    assert shop.lifecycle.ignore == ("integrations", "status")
    assert shop.source == Source("a.yaml", 2, 1)
    assert shop.positions == {
        "escalation_policy": Source("a.yaml", 7, 3),
        "auto_resolve_timeout": Source("a.yaml", 8, 3),
        "integrations_mode": Source("a.yaml", 9, 3),
        "integrations": Source("a.yaml", 10, 3),
    }


def test_resources_are_sorted_by_address() -> None:
    result = load(
        manifest("User", "b", "email: b@example.com"), manifest("Team", "z") + "---\n" + manifest("Team", "a")
    )
    assert [resource.address for resource in result.resources] == ["team/a", "team/z", "user/b"]


def test_the_email_of_a_managed_user_becomes_the_key() -> None:
    members = "members:\n  - {user: ANA@example.com, role: manager}\n  - user: {email: other@example.com}\n"
    result = load(manifest("Team", "t", members), ANA)
    assert result.problems == ()
    assert {str(item["user"]) for item in result.resources[0].children["members"]} == {
        "user/ana",
        "user[email=other@example.com]",
    }
    assert result.digest == load(manifest("Team", "t", members.replace("ANA@example.com", "ana")), ANA).digest


def test_the_digest_sees_what_is_asked_for_and_nothing_else() -> None:
    before = load(ANA).digest
    assert load("# hello\n---\n" + ANA.replace("Ana  Lima", "'Ana Lima'")).digest == before
    assert load("", ANA).digest == before
    changed = [
        ANA.replace("Lima", "Silva"),
        ANA.replace("name: ana", "name: bea"),
        ANA.replace("name: ana", "name: ana\n  id: PABC123"),
        ANA + "lifecycle: {protect: true}\n",
        ANA + "lifecycle: {ignore: [name]}\n",
        ANA.replace("spec:", "spec:\n  contact_methods: []"),
        ANA.replace("spec:", "spec:\n  contact_methods_mode: exclusive\n  contact_methods: []"),
        ANA + "---\n" + manifest("Team", "t"),
    ]
    digests = {load(text).digest for text in changed}
    assert all(not load(text).problems for text in changed)
    assert before not in digests
    assert len(digests) == len(changed)


def test_anchors_may_share_a_part_between_fields() -> None:
    rule = "- {escalation_delay_in_minutes: 15, targets: &both [{user: {id: PUSER1}}, {user: {id: PUSER2}}]}"
    text = manifest(
        "EscalationPolicy", "p", f"escalation_rules:\n  {rule}\n  - {{escalation_delay_in_minutes: 30, targets: *both}}"
    )
    result = load(text)
    assert result.problems == ()
    first, second = result.resources[0].fields["escalation_rules"]
    assert first["targets"] == second["targets"]


def test_a_mistake_in_a_shared_part_is_shown_where_it_is_written() -> None:
    rule = "- {escalation_delay_in_minutes: 15, targets: &both [{user: no one}]}"
    text = manifest(
        "EscalationPolicy", "p", f"escalation_rules:\n  {rule}\n  - {{escalation_delay_in_minutes: 30, targets: *both}}"
    )
    places = [(problem.source.line, problem.source.column) for problem in load(text).problems]
    assert places == [(7, 64), (7, 64)]
