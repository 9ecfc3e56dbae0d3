"""A plan as a reviewer sees it."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.model import Ref
from pdsync.plan import Change, ChildChange, ChildOperation, Delta, Operation, Outcome, Plan, Result, Status
from pdsync.report.plan.plan_text import render_plan_text
from pdsync.report.result.result_text import render_result_text
from pdsync.report.text.palette import Style
from pdsync.report.text.safe_text import cell_width

ANA = Ref("user", "key", "ana")
ADOPT = "it exists and pdsync did not create it; to adopt it write 'lifecycle: {adopt: true}' or run with --adopt"
METHOD = {"type": "phone_contact_method", "address": "5551234", "label": "Mobile"}
PLAN = Plan(
    workspace="acme",
    subdomain="acme",
    manifest_digest="d",
    unchanged=40,
    changes=(
        Change(
            "service/search", "service", Operation.CREATE, "Search", source="s.yaml:9",
            deltas=(Delta("name", None, "Search"), Delta("auto_resolve_timeout", None, 3600)),
        ),
        Change(
            "user/ana", "user", Operation.UPDATE, "Ana Lima", id="PANA", source="p.yaml:1",
            deltas=(Delta("job_title", "Engineer", "Lead"),),
            children=(
                ChildChange("contact_methods", ChildOperation.ADD, "x", "k", METHOD),
                ChildChange("contact_methods", ChildOperation.UPDATE, "x", "k", METHOD, "P1", (Delta("label", "Old", "Mobile"),)),
                ChildChange("contact_methods", ChildOperation.REMOVE, "x", "k", METHOD, "P2"),
            ),
        ),
        Change("team/a", "team", Operation.ADOPT, "A", id="PA", source="t.yaml:1", blockers=(ADOPT,)),
        Change("team/b", "team", Operation.ADOPT, "B", id="PB", source="t.yaml:8", blockers=(ADOPT,)),
        Change("team/gone", "team", Operation.DELETE, "Gone", id="PGONE"),
        Change("service/x#interim", "service", Operation.INTERIM, "X", id="PX", source="s.yaml:1", values={"name": "X (pdsync 1)"}),
        Change(
            "service/x", "service", Operation.UPDATE, "Y", id="PX", source="s.yaml:1",
            deltas=(Delta("name", "X", "Y"),), notes=("be careful",),
        ),
    ),
    notes=("service/old ('Old', POLD) no longer has a manifest; 'prune: owned' would delete it",),
    refusals=("11 deletes exceed the limit of 10",),
)  # fmt: skip
TEXT = """\
Needs review (2)
  » A  team/a  t.yaml:1
      ! it exists and pdsync did not create it; to adopt it write 'lifecycle: {adopt: true}' or run with --adopt
  » B  team/b  t.yaml:8
      ! it exists and pdsync did not create it (see above)

Deletes (1)
  - Gone  team/gone  PGONE, no manifest

Changes who is notified (1)
  ~ Ana Lima  user/ana  p.yaml:1
      job_title: Engineer -> Lead
      + contact_methods phone 5551234  {label: Mobile}
      ~ contact_methods phone 5551234
          label: Old -> Mobile
      - contact_methods phone 5551234

Updates (2)
  ~ X  service/x#interim  s.yaml:1
      name: "X (pdsync 1)" (for a moment)
  ~ Y  service/x  s.yaml:1
      name: X -> Y
      note: be careful

Creates (1)  without PagerDuty's defaults (--full)
  + Search  service/search  s.yaml:9
      auto_resolve_timeout: 1h

Left alone
  ? service/old ('Old', POLD) no longer has a manifest; 'prune: owned' would delete it

Plan: 1 to create, 2 to adopt, 2 to update, 1 to delete, 1 item to remove; 40 unchanged.
Blocked: 2 changes cannot be applied as planned (see '!'), so nothing would be applied.
Refused: 11 deletes exceed the limit of 10
"""
SEQUENCE = re.compile(r"\x1b\[[0-9;]+m")


DIGEST = f"Digest: {PLAN.digest[:16]}\n"


def test_a_plan_reads_like_this() -> None:
    assert render_plan_text(PLAN) == TEXT + DIGEST


def test_colour_adds_nothing_but_colour() -> None:
    colored = render_plan_text(PLAN, Style(color=True))
    assert colored != TEXT + DIGEST
    assert SEQUENCE.sub("", colored) == TEXT + DIGEST


def test_nothing_to_do_is_one_line() -> None:
    assert render_plan_text(Plan("w", "s", "d", unchanged=42)) == "No changes. 42 objects match the manifests.\n"
    assert render_plan_text(Plan("w", "s", "d", unchanged=1)) == "No changes. 1 object matches the manifests.\n"


KNOWN_BEGINNING = re.compile(
    "$| |Left alone$|(Needs review|Deletes|Updates|Creates) \\(\\d+\\)(  without|$)|(Plan|Digest|Blocked|Refused|Not everything was done): |An answer was lost"
)
HOSTILE = st.text(st.sampled_from("a\x1b[]\x9b\u202e\u200b\r\n\x00\"'\\%:"), min_size=1, max_size=12)


@settings(max_examples=25)
@given(HOSTILE, st.booleans())
def test_no_text_of_an_account_or_a_manifest_reaches_the_terminal_raw(text: str, color: bool) -> None:
    vendor = Ref("vendor", "id", text)
    changes = tuple(
        Change(
            f"{kind}/{text}", kind, operation, text, id=text, source=f"{text}:1",
            deltas=(
                Delta("name", text, text + "b"),
                Delta(f"schedule_layers[{text}].users", [ANA], [Ref("user", "id", text)]),
                Delta("description", text * 40, {text: text}),
            ),
            children=tuple(
                ChildChange(name, what, text, text, {"name": text, "type": text, "address": text, "vendor": vendor, "user": vendor, text: text})
                for name in ("contact_methods", "members", "integrations")
                for what in ChildOperation
            ),
            notes=(text,), blockers=(text,), values={"name": text},
        )
        for kind in ("user", "team", "schedule", "service")
        for operation in Operation
    )  # fmt: skip
    plan = Plan(text, text, "d", changes, notes=(text,), refusals=(text,), labels={str(vendor): text})
    outcomes = tuple(Outcome(text, Operation.UPDATE, text, status, text, text, text) for status in Status)
    for output in (render_plan_text(plan, Style(color)), render_result_text(Result(outcomes), color)):
        rest = SEQUENCE.sub("", output) if color else output
        assert not [char for char in rest if char != "\n" and not char.isprintable()]
        assert not [line for line in rest.splitlines() if not KNOWN_BEGINNING.match(line)]


LONG = Plan(
    workspace="acme",
    subdomain="acme",
    manifest_digest="d",
    changes=(
        Change(
            "schedule/tracking-weekends", "schedule", Operation.UPDATE, "Tracking Weekends", id="P1",
            source="manifests/tracking/on-call.yaml:37", notes=("this may change who is on call now: " + "because " * 9,),
            blockers=(ADOPT,),
        ),
        Change("schedule/x", "schedule", Operation.CREATE, "名前" * 30, source="a.yaml:1"),
    ),
    notes=("left alone, " * 12,),
    refusals=("refused " * 20,),
)  # fmt: skip


def test_on_a_terminal_no_line_is_wider_than_it() -> None:
    whole = render_plan_text(LONG, Style(width=80))
    broken = render_plan_text(LONG, Style(width=80, wraps=True))
    assert max(map(cell_width, whole.splitlines())) > 100
    assert max(map(cell_width, broken.splitlines())) <= 80
    assert "".join(broken.split()) == "".join(whole.split())
    assert (
        "  ~ Tracking Weekends\n      schedule/tracking-weekends\n      manifests/tracking/on-call.yaml:37\n" in broken
    )
