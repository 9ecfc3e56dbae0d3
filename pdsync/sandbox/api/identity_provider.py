"""Identity provider: where people sign on elsewhere, their addresses come from there."""

from __future__ import annotations

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.store.record import Record


def replace_addresses(call: Call) -> None:
    """Gives people the addresses that the identity provider has for them, unless another user has it already."""
    sso = call.profile.sso
    if sso is None or not sso.addresses:
        return
    with call.store.transaction():
        by_email = {user.body["email"]: user for user in call.store.all("user")}
        for old, new in sso.addresses.items():
            if old in by_email and new not in by_email:
                user = by_email[new] = by_email.pop(old)
                call.store.put("user", user.id, {**user.body, "email": new})


def check_address(call: Call, form: Form, record: Record | None) -> None:
    """A new address for someone whom the identity provider manages goes nowhere; only it may change one."""
    sso = call.profile.sso
    if sso is None or record is None or call.is_inside or form.draft["email"] == record.body["email"]:
        return
    if sso.manages(record.body["email"]):
        form.draft["email"] = record.body["email"]
        if call.profile.reads("sso_managed_address", "refused"):
            form.error("Email is managed by the identity provider of the account")
