"""Two manifests that claim to be the same thing, however they are written."""

from __future__ import annotations

from unicodedata import normalize

from tests.manifest.text import manifest, said


def test_one_name_in_two_encodings_is_one_name() -> None:
    composed, decomposed = "Équipe", normalize("NFD", "ÉQUIPE")
    (problem,) = said(manifest("Team", "a", f"name: {composed}"), manifest("Team", "b", f"name: {decomposed}"))
    assert problem.startswith("b.yaml:6:9: team/b: ")
    assert "team/a at a.yaml:1 has the name" in problem


def test_names_that_differ_in_an_accent_are_two_names() -> None:
    assert said(manifest("Team", "a", "name: Cafe"), manifest("Team", "b", "name: Café")) == []


def test_people_are_told_apart_by_email_and_not_by_name() -> None:
    same_name = [manifest("User", key, f"name: Ana\nemail: {key}@example.com") for key in ("a", "b")]
    assert said(*same_name) == []
    (problem,) = said(*(manifest("User", key, "email: ana@example.com") for key in ("a", "b")))
    assert "has the email 'ana@example.com' too" in problem


def test_an_identity_of_references_is_said_as_people_write_it() -> None:
    spec = "name: X\nschema: Jira Server\nservices: [{name: shop}, {id: PSHOP01}]"
    swapped = spec.replace("[{name: shop}, {id: PSHOP01}]", "[{id: PSHOP01}, {name: shop}]")
    (problem,) = said(manifest("Extension", "a", spec), manifest("Extension", "b", swapped))
    assert "has the name and schema and services 'X, Jira Server, [PSHOP01, shop]' too" in problem
