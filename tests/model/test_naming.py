"""What an object can be called, and what is said of a name that nothing has or that several have."""

from __future__ import annotations

import pytest

from pdsync.model.naming import Called, NamingError, find_called, find_one, split_kind

KINDS = {"service": "service", "Service": "service", "user": "user", "User": "user"}
WEB = Called("web", "service", "web", ("Web Shop", "", "PWEB"))
ANA = Called("ana", "user", "ana", ("Ana", "ana@example.com", "PANA"))
OTHER = Called("other", "service", "other", ("web", "", "POTHER"))
KNOWN = [WEB, ANA, OTHER]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ana", "ana"), ("Ana", "ana"), ("ANA@example.com", "ana"), ("PANA", "ana"), ("user/ana", "ana"), ("User/Ana", "ana"),
        ("user/ana@example.com", "ana"), ("User/PANA", "ana"), ("Web Shop", "web"), ("web shop", "web"), (" Web Shop ", "web"),
        ("service/Web Shop", "web"), ("web", "web"), ("service/web", "web"), ("POTHER", "other"),
    ],
)  # fmt: skip
def test_an_object_is_found_by_all_that_it_is_called(text: str, found: str) -> None:
    assert find_one(text, KNOWN, KINDS).it == found


def test_a_name_may_mean_several_and_an_address_means_one() -> None:
    assert [each.it for each in find_called("web", KNOWN, KINDS)] == ["web", "other"]
    assert [each.it for each in find_called("service/web", KNOWN, KINDS)] == ["web"]
    assert find_called("", KNOWN, KINDS) == find_called("user/web", KNOWN, KINDS) == []


def test_a_text_that_begins_with_no_kind_is_a_name() -> None:
    assert split_kind("Shop/Berlin", KINDS) == (None, "Shop/Berlin")
    assert split_kind("Service/Berlin/2", KINDS) == ("service", "Berlin/2")


def test_the_errors_say_what_to_write() -> None:
    with pytest.raises(NamingError, match="no object is called 'Web Shpo'") as missing:
        find_one("Web Shpo", KNOWN, KINDS)
    assert (missing.value.hint, missing.value.is_missing) == ("Did you mean 'Web Shop'?", True)
    twice = [Called(n, "service", f"k{n}", ("Same",)) for n in range(7)]
    with pytest.raises(NamingError, match="7 services are called 'Same'") as several:
        find_one("Same", twice, KINDS, "service")
    expected = "Write one of: service/k0, service/k1, service/k2, service/k3, service/k4 and 2 more."
    assert (several.value.hint, several.value.is_missing) == (expected, False)
