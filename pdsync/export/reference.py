"""How a manifest names the target of a reference: by key, by email, by name, and by id where nothing else is sure."""

from __future__ import annotations

from collections import Counter

from pdsync.export.key import Keys
from pdsync.model import Account, Ref
from pdsync.model.codec.reference import SHIFT_SCHEDULE


class Namer:
    """Turns references by id into the ones that a person would write. Local references stay as they are."""

    def __init__(self, account: Account, keys: Keys) -> None:
        """`keys` are those of the objects that have manifests."""
        self._account = account
        self._keys = keys
        self._names: Counter[tuple[str, str]] = Counter()
        self._emails: Counter[str] = Counter()
        for group in account.objects.values():
            for live in group:
                self._names[live.kind, live.name.casefold()] += 1
                if live.kind == "user":
                    self._emails[str(live.fields.get("email"))] += 1
        self._vendors = _vendor_names(account)
        self._shifts: set[str] = set()

    def __call__(self, ref: Ref) -> Ref:
        if ref.by != "id":
            return ref
        if ref.kind == SHIFT_SCHEDULE:  # no manifest can describe it, and policies refer to it as to any schedule
            self._shifts.add(ref.value)
            return Ref("schedule", "id", ref.value)
        key = self._keys.get((ref.kind, ref.value))
        if key is not None:
            return Ref(ref.kind, "key", key)
        if ref.kind == "vendor":
            name = self._vendors.get(ref.value)
            return Ref("vendor", "name", name) if name is not None else ref
        target = self._account.find(ref.kind, ref.value)
        if target is None:
            return ref
        if ref.kind == "user":
            email = str(target.fields.get("email"))
            return Ref("user", "email", email) if "@" in email and self._emails[email] == 1 else ref
        name = target.name
        plain = bool(name) and name.isprintable()
        return Ref(ref.kind, "name", name) if plain and self._names[ref.kind, name.casefold()] == 1 else ref

    def is_gone(self, ref: Ref) -> bool:
        """True where the account was read whole and does not have the target."""
        return (
            ref.by == "id"
            and ref.value not in self._shifts
            and ref.kind in self._account.complete_for
            and self._account.find(ref.kind, ref.value) is None
        )


def _vendor_names(account: Account) -> dict[str, str]:
    """Vendor names as PagerDuty spells them, by id; only names that lead back to the same vendor."""
    names = {identity: name for name, identity in account.vendors.items()}
    for live in account.objects.get("service", ()):
        for item in live.raw.get("integrations") or ():
            vendor = item.get("vendor") if isinstance(item, dict) else None
            shown = str(vendor.get("summary") or "") if isinstance(vendor, dict) else ""
            if shown and account.vendors.get(shown.casefold()) == str(vendor and vendor.get("id")):
                names[str(vendor and vendor.get("id"))] = shown
    return {identity: name for identity, name in names.items() if name == name.strip() and name.isprintable()}
