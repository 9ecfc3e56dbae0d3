"""Loaded before a client (PYTHONPATH): nothing that it does leaves this machine.

With PDSYNC_READS, the name of a file, it also notes what pagerduty-mcp reads of each answer: after each call of a tool the file
has a line for each answer, ``{"n": ..., "reads": [JSON pointers]}``. The recorder numbers answers in a header. Read is what
the tool tells (its models leave out the rest), and what the lists are paged by.
"""

from __future__ import annotations

import functools
import json
import os
import socket

LOOPBACK = ("127.0.0.1", "::1", "localhost")
PAGED_BY = ("more",)
answers = []


def guarded(function):
    @functools.wraps(function)
    def only_here(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise OSError(f"the tests reach no network, and {address[0]} is not this machine")
        return function(self, address)

    return only_here


def named(host, *rest, find=socket.getaddrinfo, **options):
    if host not in LOOPBACK:
        raise OSError(f"the tests reach no network, and {host} is not this machine")
    return find(host, *rest, **options)


socket.socket.connect = guarded(socket.socket.connect)
socket.socket.connect_ex = guarded(socket.socket.connect_ex)
socket.getaddrinfo = named


def watch_reads(file):
    import requests
    from mcp.server.fastmcp import FastMCP

    send, call_tool = requests.Session.send, FastMCP.call_tool

    def keep(self, *arguments, **options):
        response = send(self, *arguments, **options)
        if "x-recorded" in response.headers and response.content.strip():
            answers.append((int(response.headers["x-recorded"]), response.json()))
        return response

    async def note(self, *arguments, **options):
        answers.clear()
        try:
            result = await call_tool(self, *arguments, **options)
        except Exception as error:
            note_reads(file, str(error))
            raise
        note_reads(file, told(result))
        return result

    requests.Session.send, FastMCP.call_tool = keep, note


def told(result):
    """What a tool gives: its text, and the same as values where its type is known."""
    content = result[0] if isinstance(result, tuple) else result
    return [json.loads(it.text) if it.text[:1] in "{[" else it.text for it in content]


def note_reads(file, result):
    seen = set(pairs(result))
    with open(file, "a", encoding="utf-8") as lines:
        for number, answer in answers:
            names = answer if isinstance(answer, dict) else {}
            tops = [f"/{name}" for name, it in names.items() if isinstance(it, (dict, list)) or name in PAGED_BY]
            shown = [pointer for pointer, name, value in leaves(answer) if (name, value) in seen]
            lines.write(json.dumps({"n": number, "reads": [*tops, *shown]}) + "\n")


def pairs(value):
    return ((name, it) for _, name, it in leaves(value))


def leaves(value, pointer="", name=""):
    """The pointer, name and JSON of each value that has nothing below it. A row of a list has the name of the list."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not items:
        yield pointer, name, json.dumps(value)
    for key, item in items:
        below = str(key).replace("~", "~0").replace("/", "~1")
        yield from leaves(item, f"{pointer}/{below}", key if isinstance(value, dict) else name)


if os.environ.get("PDSYNC_READS"):
    watch_reads(os.environ["PDSYNC_READS"])
