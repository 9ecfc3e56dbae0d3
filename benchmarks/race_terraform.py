"""The world of the race as a configuration of Terraform, and where Terraform finds the provider."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from race_world import World

START = "2026-01-05T09:00:00Z"


def cli_configuration(provider: Path) -> str:
    """The provider comes from a folder, so no `terraform init` is needed and nothing is downloaded."""
    return f"""\
provider_installation {{
  dev_overrides {{
    "PagerDuty/pagerduty" = {json.dumps(str(provider))}
  }}
  direct {{}}
}}
"""


def configuration(world: World, url: str, token: str) -> str:
    """A block for each object, and one for each membership, as people write it."""
    records = world.records()
    blocks = [HEAD % (json.dumps(token), json.dumps(url))]
    blocks += [_block("user", it["key"], name=it["name"], email=it["email"]) for it in records["users"]]
    for team in records["teams"]:
        blocks.append(_block("team", team["key"], name=team["name"]))
        blocks += [_membership(team["key"], user) for user in team["members"]]
    blocks += [SCHEDULE.format(**it, people=_ids("user", it["users"]), start=START) for it in records["schedules"]]
    blocks += [POLICY.format(**it) for it in records["policies"]]
    blocks += [SERVICE.format(**it) for it in records["services"]]
    return "\n".join(blocks)


def _block(kind: str, key: str, **arguments: Any) -> str:
    width = max(map(len, arguments))
    lines = "".join(f"  {name:{width}} = {json.dumps(value)}\n" for name, value in arguments.items())
    return f'resource "pagerduty_{kind}" "{key}" {{\n{lines}}}\n'


def _membership(team: str, user: str) -> str:
    return MEMBERSHIP.format(team=team, user=user)


def _ids(kind: str, keys: list[str]) -> str:
    return ", ".join(f"pagerduty_{kind}.{key}.id" for key in keys)


HEAD = """\
terraform {
  required_providers {
    pagerduty = {
      source = "PagerDuty/pagerduty"
    }
  }
}

provider "pagerduty" {
  token            = %s
  api_url_override = %s
}
"""
MEMBERSHIP = """\
resource "pagerduty_team_membership" "{team}-{user}" {{
  team_id = pagerduty_team.{team}.id
  user_id = pagerduty_user.{user}.id
}}
"""
SCHEDULE = """\
resource "pagerduty_schedule" "{key}" {{
  name      = "{name}"
  time_zone = "Etc/UTC"

  layer {{
    name                         = "All"
    start                        = "{start}"
    rotation_virtual_start       = "{start}"
    rotation_turn_length_seconds = 604800
    users                        = [{people}]
  }}
}}
"""
POLICY = """\
resource "pagerduty_escalation_policy" "{key}" {{
  name = "{name}"

  rule {{
    escalation_delay_in_minutes = 10

    target {{
      id   = pagerduty_schedule.{schedule}.id
      type = "schedule_reference"
    }}
  }}
}}
"""
SERVICE = """\
resource "pagerduty_service" "{key}" {{
  name              = "{name}"
  description       = "{description}"
  escalation_policy = pagerduty_escalation_policy.{policy}.id
}}
"""
