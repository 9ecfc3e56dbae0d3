"""Team: a group of people and of the things they own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pdsync.kinds.user import USER_REFERENCE
from pdsync.model.child import ChildList
from pdsync.model.codec.plain import Canonical, Choice, Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import Object, Part
from pdsync.model.fact import AbilityFact, Facts, IncidentFact
from pdsync.model.field import Field
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing
from pdsync.model.marker import MARKER_ROOM, split_marker
from pdsync.model.scope import Path, Scope

_API = "PagerDuty API description, Team"

DESCRIPTION_LENGTH = 1024 - MARKER_ROOM


@dataclass(frozen=True, slots=True)
class Description(Text):
    """The description of a marked kind; a manifest may not write an ownership line into it."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        text = Text.desired(self, value, scope, path)
        if split_marker(text)[1] is not None:
            scope.problem(path, "holds an ownership line of pdsync", "Remove it: pdsync writes that line by itself.")
        return text


def description_field(kind: str) -> Field:
    """The description of a marked kind: PagerDuty's 1,024 characters less the room of the ownership line."""
    return Field(
        "description",
        Nullable(Description(max_length=DESCRIPTION_LENGTH, multiline=True, empty_is_null=True)),
        f"What it is for; null empties it. pdsync adds its own last line; {DESCRIPTION_LENGTH} characters are free.",
        f"PagerDuty API description, {kind}: at most 1,024 characters; null and empty are the same",
    )


MEMBERS = ChildList(
    name="members",
    item=Object(
        (
            Part("user", USER_REFERENCE, "The key or the email address of a user.", required=True),
            Part(
                "role",
                Choice(("observer", "responder", "manager")),
                "The role in this team. Without one it is left as it is, and new members become what PagerDuty gives them.",
            ),
        )
    ),
    key=("user",),
    description="Who is in the team. Those that are not listed are removed, unless they are on a policy of the team.",
    source="PagerDuty API description, /teams/{id}/members and /teams/{id}/users/{user_id}",
    default_mode="exclusive",
    collection="teams/{parent}/members",
    member="teams/{parent}/users/{id}",
    wrapper=None,
    read_from="request",
    added_by="PUT",
    identified_by="user",
)

TEAM = Kind(
    name="Team",
    slug="team",
    source=Listing("teams"),
    description="A group of people, with the policies and schedules that belong to it.",
    fields=(
        Field(
            "name",
            Text(max_length=100, min_length=1),
            "What PagerDuty shows. Defaults to metadata.name.",
            _API,
            carry=True,
            from_key=True,
        ),
        description_field("Team"),
        Field(
            "default_role",
            Choice(("manager", "none"), ("Public: others act by their base role", "Private: others see nothing")),
            "What people outside of the team may do; none makes the team private.",
            _API,
        ),
        Field(
            "parent",
            Nullable(Reference("team")),
            "The team above this one; null makes it a top-level team. Needs team hierarchy in the account.",
            "terraform-provider-pagerduty, resource_pagerduty_team.go (absent from the API description)",
        ),
    ),
    children=(MEMBERS,),
    facts=Facts(
        incidents=IncidentFact(
            says="with it",
            ids_of=lambda incident: incident.teams,
            loses="team",
            then="everybody can see them then",
        ),
        abilities=(AbilityFact(("teams",), "", "teams", lambda _: True, "PagerDuty API description, concepts: Teams"),),
        membership=MEMBERS.name,
        tree="parent",
    ),
)
