"""Every public name, method and parameter of the libraries that programs come from is there, apart from a list of named differences.

The libraries themselves say what they have: python-pagerduty 7 and pdpyras 5.4. Functions and paths are compared in test_differential_functions.
"""

from __future__ import annotations

import importlib
import inspect
import re
import warnings
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pagerduty
import pytest

import pdsync.client as library
from pdsync.client import pdpyras as sessions

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says that it is deprecated
    import pdpyras

KEY = "u+Sup3rS3cretT0ken42"

DIFFERENCES = {
    "EventsApiV2Client(routing_key) at place 1": "api_key is there, as in the documents; routing_key= is taken as well",
    "OAuthTokenClient.refresh_client(base_url) by default": "None leads to the same address",
    "RestApiV2Client.iter_history(recursion_depth)": "of no use to a caller: it counts how often the method called itself",
}
"""What of theirs is not there or is otherwise, and why."""

SUBMODULES = {
    "auth_method": ("AuthMethod", "BodyParameterAuthMethod", "HeaderAuthMethod", "PassThruHeaderAuthMethod"),
    "errors": ("Error", "HttpError", "ServerHttpError", "UrlError"),
    "rest_api_v2_base_client": (
        "OAuthTokenAuthMethod",
        "RestApiV2BaseClient",
        "TokenAuthMethod",
        "canonical_path",
        "endpoint_matches",
        "entity_wrappers",
        "infer_entity_wrapper",
        "is_path_param",
        "unwrap",
    ),
    "rest_api_v2_client": ("RestApiV2Client",),
}
"""What its reference documents in modules of their own."""


def public_names(module: ModuleType) -> list[str]:
    documented = getattr(module, "__all__", None)
    if documented is not None:
        return list(documented)
    return [name for name, it in vars(module).items() if getattr(it, "__module__", "") == module.__name__]


def missing(their: Any, our: Any, name: str) -> Iterator[str]:
    """What one of their names has that ours has not."""
    if not inspect.isclass(their):
        if inspect.isfunction(their):
            yield from missing_parameters(their, our, name)
        return
    if issubclass(their, BaseException):
        return
    yield from missing_parameters(their.__init__, our.__init__, name)
    yield from (f"{name}.{member}" for member in attributes(their) - {*dir(instance(our))})
    for member in (it for it in dir(their) if not it.startswith("_")):
        owner = next(it for it in their.__mro__ if member in vars(it))
        if not owner.__module__.startswith(("pagerduty", "pdpyras")):
            continue  # of their HTTP library
        if member not in dir(our) and not hasattr(instance(our), member):
            yield f"{name}.{member}"
        elif inspect.isroutine(getattr(their, member)) and not isinstance(vars(owner)[member], property):
            yield from missing_parameters(getattr(their, member), getattr(our, member), f"{name}.{member}")


def attributes(their: type) -> set[str]:
    """What their constructor sets of instances. What their HTTP library sets is not looked at."""
    source = inspect.getsource(their.__init__) if "__init__" in vars(their) else ""  # type: ignore[misc]
    return {it for it in re.findall(r"self\.(\w+) *=[^=]", source) if not it.startswith("_")}


def instance(owner: type) -> Any:
    if not issubclass(owner, library.ApiClient):
        return owner
    second = ("s1gnature",) if owner in (library.JiraServerIntegrationApiClient, library.OAuthTokenClient) else ()
    return owner(KEY, *second, base_url="https://api.pagerduty.com")  # type: ignore[arg-type]


def missing_parameters(their: Any, our: Any, name: str) -> Iterator[str]:
    """What calls of theirs, by place or by name, ours would not take."""
    mine = inspect.signature(our, follow_wrapped=False).parameters
    places = [it.name for it in mine.values() if it.kind is it.POSITIONAL_OR_KEYWORD]
    takes_options = any(it.kind is it.VAR_KEYWORD for it in mine.values())
    for place, parameter in enumerate(inspect.signature(their, follow_wrapped=False).parameters.values()):
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        if parameter.name == "auth_method" and takes_options:
            continue  # by name among the options, and the first place takes it as well
        if parameter.name not in mine:
            yield f"{name}({parameter.name})"
        elif parameter.name not in places[place : place + 1] and parameter.kind is not parameter.KEYWORD_ONLY:
            yield f"{name}({parameter.name}) at place {place}"
        elif parameter.default not in (parameter.empty, mine[parameter.name].default, {}):
            yield f"{name}({parameter.name}) by default"


def found() -> set[str]:
    gone = set[str]()
    for module, ours in ((pagerduty, library), (pdpyras, sessions)):
        for name in public_names(module):
            if not hasattr(ours, name):
                gone.add(f"{module.__name__}.{name}")
                continue
            gone |= set(missing(getattr(module, name), getattr(ours, name), name))
    return gone


def test_what_differs_is_on_the_list_and_nothing_on_the_list_is_old() -> None:
    assert found() == set(DIFFERENCES)


@pytest.mark.parametrize(("module", "names"), SUBMODULES.items())
def test_the_modules_that_a_program_may_import_from(module: str, names: tuple[str, ...]) -> None:
    their = importlib.import_module(f"pagerduty.{module}")
    our = importlib.import_module(f"pdsync.client.{module}")
    for name in names:
        assert hasattr(their, name)
        assert name in our.__all__
        if inspect.isclass(getattr(their, name)):
            assert set(missing(getattr(their, name), getattr(our, name), name)) <= set(DIFFERENCES)


def test_every_path_of_the_older_library_is_known_with_its_paging() -> None:
    client = instance(library.RestApiV2Client)
    for path in pdpyras.CANONICAL_PATHS:
        assert client.canonical_path(path), path
    assert {*pdpyras.CURSOR_BASED_PAGINATION_PATHS} <= {*library.CURSOR_BASED_PAGINATION_PATHS}


@pytest.mark.parametrize("name", [it for it in library.__all__ if it.endswith("IntegrationApiClient")])
def test_integrations_know_every_path_and_method_of_theirs(name: str) -> None:
    their, our = getattr(pagerduty, name), getattr(library, name)
    second = ("s1gnature",) if name.startswith("JiraServer") else ()
    with our(KEY, *second) as client:
        old = their(KEY, *second)
        assert (client.default_base_url, client.url) == (old.default_base_url, old.url)
        assert set(old.permitted_methods) <= set(client.permitted_methods)
        for path in old.canonical_paths:
            assert client.canonical_path(path).count("/") == path.count("/")
