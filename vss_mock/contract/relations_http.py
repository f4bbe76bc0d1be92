"""Relations between one call and the next: read again, read by HEAD, by OPTIONS, by nobody."""

import json
from collections.abc import Mapping
from typing import Any

from vss_mock.contract.reader import TOKEN, Reader, Reading, shown, timeless
from vss_mock.contract.sent import Sent
from vss_mock.contract.surroundings import (
    CHANGES,
    DOMAINS,
    FOLDERS,
    MACHINES,
    NETWORKS,
    SNAPSHOTS,
    Around,
    Limits,
)
from vss_mock.contract.values import at, same

NO_TOKEN = {"bearer": "no-token-of-anybody"}
AS_USERNAME = {"basic": ["{token}", ""]}
KEPT_BY_HEAD = ("allow", "content-type")
NOWHERE = 999_999_999


def calls(reader: Reader, around: Around, limits: Limits) -> None:  # noqa: ARG001  # as others
    """Hold the relations of calls to each other. What was read before is read again here."""
    _again(reader, around)
    for one in _one_of_each(reader):
        _by_head(reader, one, around.still)
        _by_nobody(reader, one)
        _by_username(reader, one, around.still)
    for template, path in _paths(reader).items():
        _by_options(reader, template, path)
    _beside(reader, around)


def _again(reader: Reader, around: Around) -> None:
    """Read everything again, from the end to the beginning.

    A place that others use may have changed meanwhile, and where time runs what was due has
    happened: there only what differs a third time is a fault.
    """
    strict = reader.place.own and around.still
    for first in reversed(list(reader.remembered.values())):
        walk = [first, reader.call(first.sent)]
        one, other = (_bare(reading, around.still) for reading in walk)
        if one != other and not strict:
            walk = [walk[1], reader.call(first.sent)]
            one, other = (_bare(reading, around.still) for reading in walk)
        where, expected, actual = _difference(one, other)
        reader.hold("reading-changes-nothing", one == other, where, expected, actual, *walk)


def _bare(reading: Reading, still: bool) -> tuple[int, str]:
    """Return an answer without meta.time and, where time runs, without all else that tells it."""
    document = reading.document if still else timeless(reading.document)
    meta = at(document, "/meta")
    if isinstance(meta, dict):
        document = {**document, "meta": {**meta, "time": "(left out)"}}
    return reading.answer.status, shown(document)


def _difference(one: tuple[int, str], other: tuple[int, str]) -> tuple[str, str, str]:
    """Return where two answers differ first, and what each has there."""
    if one[0] != other[0]:
        return "status", str(one[0]), str(other[0])
    if one == other or "nothing" in {one[1], other[1]}:
        return "", one[1], other[1]
    return _first_difference(json.loads(one[1]), json.loads(other[1]))


def _first_difference(one: Any, other: Any, pointer: str = "") -> tuple[str, str, str]:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        pairs = [(name, one[name], other[name]) for name in one]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(str(number), *pair) for number, pair in enumerate(zip(one, other, strict=True))]
    else:
        return pointer, shown(one), shown(other)
    for name, value, changed in pairs:
        if shown(value) != shown(changed):
            return _first_difference(value, changed, f"{pointer}/{name}")
    return pointer, shown(one), shown(other)


def _one_of_each(reader: Reader) -> list[Reading]:
    """Return one good reading of each operation."""
    found: dict[str, Reading] = {}
    for one in reader.remembered.values():
        operation = reader.api.match("GET", one.sent.path)
        if operation is not None and one.answer.status == 200 and not one.sent.query:
            found.setdefault(operation.id, one)
    return list(found.values())


def _by_head(reader: Reader, one: Reading, still: bool) -> None:
    head = reader.call(one.sent._replace(method="HEAD"))
    rule = "head-is-get-without-a-body"
    reader.same(rule, "status", one.answer.status, head.answer.status, one, head)
    reader.same(rule, "", 0, len(head.answer.body), one, head)
    for name in KEPT_BY_HEAD:
        expected, actual = (_word(of.answer.headers, name) for of in (one, head))
        reader.same(rule, name.title(), expected, actual, one, head)
    told = head.answer.headers.get("content-length")
    if told is not None and at(one.document, "/meta/time") == "0.00000s" and _fixed(one, still):
        length = one.answer.headers.get("content-length", str(len(one.answer.body)))
        reader.same(rule, "Content-Length", length, told, one, head)


def _fixed(reading: Reading, still: bool) -> bool:
    """Tell whether an answer is as long at every time: an age may be told in more characters."""
    return still or same(reading.data, timeless(reading.data))


def _word(headers: Mapping[str, str], name: str) -> str:
    """Return a header as a set of words: the order of methods says nothing."""
    return ", ".join(sorted(word.strip() for word in headers.get(name, "").split(",")))


def _by_nobody(reader: Reader, one: Reading) -> None:
    for auth in (None, NO_TOKEN):
        refused = reader.call(one.sent._replace(auth=auth))
        reader.same("nobody-sees-anything", "status", 401, refused.answer.status, one, refused)


def _by_username(reader: Reader, one: Reading, still: bool) -> None:
    other = reader.call(one.sent._replace(auth=AS_USERNAME))
    again = reader.call(one.sent)
    expected, actual = (_bare(reading, still) for reading in (again, other))
    where, wanted, got = _difference(expected, actual)
    rule = "a-token-is-also-a-username"
    reader.hold(rule, expected == actual, where, wanted, got, again, other)


def _paths(reader: Reader) -> dict[str, str]:
    """Return a path of each template of the API, those that were read first."""
    found: dict[str, str] = {}
    for path, _ in reader.remembered:
        operation = reader.api.match("GET", path)
        if operation is not None:
            found.setdefault(operation.path, path)
    for operation in reader.api.operations.values():
        if "{" not in operation.path:
            found.setdefault(operation.path, operation.path)
    return found


def _by_options(reader: Reader, template: str, path: str) -> None:
    options = reader.call(Sent("OPTIONS", path, auth=TOKEN))
    rule = "options-tells-everywhere"
    reader.same(rule, "status", 200, options.answer.status, options)
    expected = {one.method for one in reader.api.operations.values() if one.path == template}
    methods = at(options.document, "/data/methods")
    if isinstance(methods, dict):
        told = set(methods) - {"HEAD", "OPTIONS"}
        where, wanted = "/data/methods", ", ".join(sorted(expected))
        reader.hold(rule, told == expected, where, wanted, ", ".join(sorted(told)), options)


def _beside(reader: Reader, around: Around) -> None:
    """Ask for what is not there, beside what is."""
    uuids = [str(at(machine.document, "/data/uuid")) for machine in around.machines[:1]]
    paths = [f"{SNAPSHOTS}/{NOWHERE}", f"{CHANGES}/{NOWHERE}"]
    paths += [f"{MACHINES}/{uuid}/snapshot/{NOWHERE}" for uuid in uuids]
    others = [uuid[:-12] + uuid[-12:][::-1] for uuid in uuids]
    paths += [f"{MACHINES}/{uuid}{end}" for uuid in others for end in ("", "/snapshot")]
    tasks = [str(at(request.document, "/data/task_id")) for request, _ in around.tasks[:1]]
    paths += [f"/v2/request/task/{task[:-12]}{task[-12:][::-1]}" for task in tasks]
    if reader.since("2019"):
        places = ((FOLDERS, "group-v"), (NETWORKS, "network-"), (DOMAINS, "domain-c"))
        paths += [
            f"{path}/{begins}{NOWHERE}{end}" for path, begins in places for end in ("", "/vm")
        ]
        paths.append(f"/v2/user/message/{NOWHERE}")
    if reader.since("2026"):
        paths += [f"/v2/group/{NOWHERE}", f"/v2/group/{NOWHERE}/member"]
    for path in paths:
        if (path, "") not in reader.remembered:
            missing = reader.call(Sent("GET", path, auth=TOKEN))
            rule = "unknown-ids-are-not-found"
            reader.same(rule, "status", 404, missing.answer.status, missing)
