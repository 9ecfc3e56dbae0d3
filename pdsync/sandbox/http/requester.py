"""Requester: the user for whom a request acts: the owner of a user's token, or whom the From header names."""

from __future__ import annotations

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Record
from pdsync.sandbox.store.store import Store


def owner(store: Store) -> Record:
    """The account owner, who always exists: the first user, who cannot be deleted."""
    return next(user for user in store.all("user") if user.body["role"] == "owner")


def requester(call: Call) -> Record:
    """Raises the 400 for a key of the account without a From header that names a user's email.

    A user's token needs none (user guide of the requests-based PagerDuty client, multi-updating).
    """
    user = find_requester(call)
    if user is None:
        raise invalid("Requester User Not Found: the From header must name an existing user's email")
    return user


def find_requester(call: Call) -> Record | None:
    """None for a key of the account without a From header that names a user's email."""
    if call.token.of_user:
        return owner(call.store)
    email = (call.from_email or "").strip().lower()
    return next((user for user in call.store.all("user") if user.body["email"] == email), None)


def author(call: Call) -> Record:
    """Who makes users and maintenance windows. Without a From header an account-level key acts for the owner, unless the
    account's profile says that it needs one."""
    if call.token.of_user or call.from_email or call.profile.reads("from_header", "users_and_windows"):
        return requester(call)
    return owner(call.store)
