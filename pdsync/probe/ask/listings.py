"""Listings: how questions about lists are asked: their order, filters and totals."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.answer import Finding
from pdsync.probe.material import layer_body, person, schedule_body
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench

_BEGIN, _AFTER_FOUR_MONTHS, _AFTER_FOURTEEN_MONTHS = "2099-01-01", "2099-05-01", "2100-03-01"


def _ask_list_order(bench: Workbench) -> Finding:
    made = [bench.make("teams", type="team", name=bench.mark.name(f"order {it}"))["id"] for it in ("B", "C", "A")]

    def all_of_them() -> list[Object] | None:
        found = [it for it in bench.read("teams", query=bench.mark.name("order"), limit=100) if it["id"] in made]
        return found if len(found) == len(made) else None

    seen = "".join(it["name"][-1] for it in bench.wait_for(all_of_them))
    readings = {"ABC": "by_name", "BCA": "oldest_first", "ACB": "newest_first"}
    answer = bench.get("teams", limit=1)
    return answer.means(readings[seen]) if seen in readings else answer.unclear()


def _ask_query_match(bench: Workbench) -> Finding:
    run, made = bench.mark.run, bench.make("teams", type="team", name=bench.mark.name("query"))

    def found_by(query: str) -> bool:
        return any(it["id"] == made["id"] for it in bench.read("teams", query=query, limit=100))

    bench.wait_for(lambda: found_by(made["name"]))
    answer = bench.get("teams", limit=1)
    # The name is the prefix, the run and a word; the run begins a word.
    for query, reading in ((run[1:], "contains"), (run, "word_beginnings")):
        if found_by(query):
            return answer.means(reading)
    return answer.means("beginning")


def _ask_override_period(bench: Workbench) -> Finding:
    made = bench.make("schedules", **schedule_body(layer_body(person(bench))))
    for until, reading in ((_AFTER_FOUR_MONTHS, "ninety_days"), (_AFTER_FOURTEEN_MONTHS, "year")):
        answer = bench.get(f"schedules/{made['id']}/overrides", since=_BEGIN, until=until)
        if not answer.ok:
            return answer.by_status({400: reading})
    return answer.means("any")


PROBES = (
    Probe("list_order", "GET /teams with three new teams", _ask_list_order),
    Probe("query_match", "GET /teams with a part of a new team's name as the query", _ask_query_match),
    Probe(
        "override_period",
        "GET /schedules/{id}/overrides twice: with a period of 4 months and of 14 months",
        _ask_override_period,
    ),
)
NOT_ASKED: Mapping[str, str] = {}
