"""Team: a group of people and of the things they own."""

from __future__ import annotations

from pdsync.kinds.user import USER_REFERENCE
from pdsync.model.child import ChildList, InBulk
from pdsync.model.codec.plain import Choice, Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import Object, optional, required
from pdsync.model.common_field import description_field, name_field
from pdsync.model.fact import AbilityFact, Facts, IncidentFact
from pdsync.model.field import Field
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing
from pdsync.model.slack_connection import PRIORITIES, slack_list
from pdsync.model.tag import tag_list

_API = "PagerDuty API description, Team"

MEMBERS = ChildList(
    name="members",
    item=Object.of(
        user=required(USER_REFERENCE, "The key or the email address of a user."),
        role=optional(
            Choice(("observer", "responder", "manager")),
            "The role in this team. Without a role, existing members keep theirs and new members get PagerDuty's default.",
        ),
    ),
    key=("user",),
    description="Who is in the team. Members that are not listed are removed, unless they are on a policy of the team.",
    source="PagerDuty API description, /teams/{id}/members and /teams/{id}/users/{user_id}",
    default_mode="exclusive",
    collection="teams/{parent}/members",
    member="teams/{parent}/users/{id}",
    wrapper=None,
    read_from="request",
    # API description, User.teams: every row of GET /users refers to the person's teams. Roles are in the team's own list alone.
    in_bulk=InBulk(USER_REFERENCE.kind, "teams", unshown=("role",)),
    added_by="PUT",
    identified_by="user",
)

TEAM = Kind(
    name="Team",
    slug="team",
    source=Listing("teams"),
    description="A group of people, with the policies and schedules that belong to it.",
    name_may_be_unique=True,
    fields=(
        name_field(Text(max_length=100, min_length=1), _API),
        description_field("Team"),
        Field(
            "default_role",
            Choice(("manager", "none"), ("Public: others act by their base role", "Private: others see nothing")),
            "What people outside the team may do; none makes the team private.",
            _API,
            default="manager",
        ),
        Field(
            "parent",
            Nullable(Reference("team")),
            "The team above this one; null makes it a top-level team. Needs team hierarchy in the account.",
            "terraform-provider-pagerduty, resource_pagerduty_team.go (absent from the API description)",
            default=None,
        ),
    ),
    children=(MEMBERS, tag_list("teams"), slack_list("team")),
    lookups=(PRIORITIES,),
    facts=Facts(
        incidents=IncidentFact(says="with it", member="teams", loses="team", then="everyone can see them then"),
        abilities=(AbilityFact(("teams",), "", "teams", lambda _: True, "PagerDuty API description, concepts: Teams"),),
        membership=MEMBERS.name,
        tree="parent",
    ),
)
