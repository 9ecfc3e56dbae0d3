"""People: open questions about users, their roles and teams."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "People and teams"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "from_header",
        _AREA,
        "Which requests with an account-level key need a `From` header?",
        {
            "incidents": "Requests that write to incidents and their notes.",
            "users_and_windows": "Those, and the creation of users and maintenance windows.",
        },
        "incidents",
        "terraform-provider-pagerduty creates users with account-level keys and sends no `From` (#291); PagerDuty's "
        "API description has the header as required",
    ),
    Question(
        "sso_managed_address",
        _AREA,
        "What does the API do with a new email address for a user who is managed by an identity provider?",
        {
            "refused": "The request is refused with 400.",
            "ignored": "The request succeeds, but the address does not change.",
        },
        "refused",
        "no public source",
    ),
    Question(
        "private_object",
        _AREA,
        "What is the answer to a request for an object of a private team, with a token that may not see it?",
        {
            "not_found": "404, as if it did not exist.",
            "forbidden": "403.",
        },
        "not_found",
        "no public source",
    ),
    Question(
        "stakeholder_target",
        _AREA,
        "Can a stakeholder be a target of an escalation policy?",
        {
            "taken": "Yes.",
            "refused": "No: the policy is refused with 400.",
        },
        "taken",
        "no public source",
    ),
    Question(
        "team_names",
        _AREA,
        "Can two teams have the same name?",
        {
            "unique": "No: the second is refused with 400.",
            "may_repeat": "Yes.",
        },
        "unique",
        "no public source",
    ),
    Question(
        "new_user_rules",
        _AREA,
        "Which notification rules does a new user have?",
        {
            "each_urgency": "One at 0 minutes for each urgency.",
            "high_only": "One at 0 minutes for high urgency.",
            "no_rules": "None.",
        },
        "each_urgency",
        "inferred from answers of working accounts",
    ),
    Question(
        "deleted_contact_method",
        _AREA,
        "What happens to the rules of a contact method that is deleted?",
        {
            "rules_go": "They are deleted with it.",
            "refused": "The delete is refused with 400 while there are any.",
        },
        "rules_go",
        "no public source",
    ),
    Question(
        "method_of_rule",
        _AREA,
        "How do rules name their contact method?",
        {
            "plain": "By its plain type, such as phone_contact_method.",
            "reference": "By a type that ends in _reference.",
        },
        "plain",
        "terraform-provider-pagerduty compares the plain type; the examples of the API description have _reference",
    ),
    Question(
        "equal_handoff_rules",
        _AREA,
        "Can two hand-off rules of a user be equal?",
        {
            "refused": "No: the second is refused with 400.",
            "taken": "Yes.",
        },
        "refused",
        "as with notification rules",
    ),
    Question(
        "equal_status_update_rules",
        _AREA,
        "Can two status update rules of a user name the same contact method?",
        {
            "refused": "No: the second is refused with 400.",
            "taken": "Yes.",
        },
        "refused",
        "as with notification rules",
    ),
    Question(
        "automatic_member_role",
        _AREA,
        "Which role does a member have whom PagerDuty adds to a team because of a policy?",
        {
            "manager": "manager.",
            "responder": "responder.",
            "observer": "observer.",
        },
        "manager",
        "terraform-provider-pagerduty PR 151, for members that are added without a role",
    ),
    Question(
        "user_teams",
        _AREA,
        "What does a row of GET /users contain about the user's teams?",
        {
            "all": "`teams`: each team whose list of members holds the user.",
            "nothing": "Nothing: it has no `teams`.",
        },
        "all",
        "PagerDuty API description, User.teams",
    ),
    Question(
        "user_subdomains",
        _AREA,
        "What does `include[]=subdomains` add to a user?",
        {
            "names": "`subdomains`, a list of names.",
            "nothing": "Nothing.",
        },
        "names",
        "the API description names the include, and no field",
    ),
    Question(
        "team_privileges",
        _AREA,
        "What does `include[]=privileges` add to a team?",
        {
            "permissions": "`privileges`, an object with a list `permissions`.",
            "nothing": "Nothing.",
        },
        "permissions",
        "the API description names the include, and no field",
    ),
    Question(
        "on_call_stakeholder",
        _AREA,
        "Can a user who is in a schedule or a policy become a stakeholder?",
        {
            "taken": "Yes.",
            "refused": "The request is refused with 400.",
        },
        "taken",
        "no public source",
    ),
    Question(
        "owner_fields",
        _AREA,
        "Which fields of the account owner can be changed?",
        {
            "all_but_the_role": "All but the role.",
            "refused": "None: the request is refused with 400.",
        },
        "all_but_the_role",
        "terraform-provider-pagerduty PR 379, for the role",
    ),
    Question(
        "freed_license",
        _AREA,
        "Is the licence of a deleted user available at once?",
        {
            "at_once": "It is.",
            "later": "No: it stays in use for a while (for ever, here).",
        },
        "at_once",
        "no public source",
    ),
    Question(
        "new_user_methods",
        _AREA,
        "Which contact methods does a new user have?",
        {
            "email": "One for the email address.",
            "none": "None, and therefore no rules.",
        },
        "email",
        "inferred from answers of working accounts",
    ),
)
