"""Every paging of the API, read as a whole."""

from typing import Any

import pytest

from pdsync.client import UrlError, collection_endpoints
from pdsync.client.listing import WholeReading

from .conftest import MakeClient
from .transport import answer


@pytest.mark.parametrize(
    ("pagination", "fields", "lines"),
    [
        ("cursor", [{"next_cursor": "c"}, {"next_cursor": None}], ["?limit=2", "?limit=2&cursor=c"]),
        ("after", [{"after": "c"}, {"after": None}], ["?limit=2", "?limit=2&after=c"]),
        (None, [{}], [""]),
        (
            "offset",
            [{"more": True, "total": 3}, {"more": False, "total": 3}],
            ["?limit=2&offset=0&total=true", "?limit=2&offset=1&total=true"],
        ),
    ],
)
def test_every_paging_is_read_as_a_whole(
    make_client: MakeClient, pagination: Any, fields: list[dict[str, Any]], lines: list[str]
) -> None:
    rows = {"offset": [["G1", "G2"], ["G2", "G3"]], None: [["G1", "G2", "G3"]]}.get(pagination, [["G1", "G2"], ["G3"]])
    pages = [
        {"gadgets": [{"id": one, "name": one.lower()} for one in page], **more}
        for page, more in zip(rows, fields, strict=True)
    ]
    endpoints = collection_endpoints("/gadgets", "gadget", "gadgets", pagination)
    client, transport = make_client([answer(200, page) for page in pages * 2], more_endpoints=endpoints)
    size = None if pagination is None else 2
    seen: list[str] = []
    found = client.dict_all(
        "gadgets",
        by="name",
        page_size=size,
        complete=True,
        on_page=lambda items: seen.extend(item["id"] for item in items),
    )
    assert list(found) == ["g1", "g2", "g3"]
    assert seen == ["G1", "G2", "G3"]
    assert transport.lines == [f"GET /gadgets{line}" for line in lines]


@pytest.mark.parametrize("pagination", ["cursor", "after", None, "offset"])
def test_a_collection_without_query_is_searched_by_a_function(make_client: MakeClient, pagination: Any) -> None:
    rows = [{"id": "G1", "key": "a"}, {"id": "G2", "key": "b"}]
    endpoints = collection_endpoints("/gadgets", "gadget", "gadgets", pagination)
    client, transport = make_client(lambda _: answer(200, {"gadgets": rows, "more": False}), more_endpoints=endpoints)
    assert client.find("gadgets", None, where=lambda item: item["key"] == "b", unique=True) == rows[1]
    assert client.find("gadgets", None, where=lambda item: item["key"] == "c") is None
    assert not [line for line in transport.lines if "query" in line]


def test_a_reading_is_checked_when_it_is_made() -> None:
    assert WholeReading(complete=True, on_page=print).where is None
    with pytest.raises(UrlError, match="complete"):
        WholeReading(on_page=print)
