"""Relations of the caller's account: its parts, groups, messages, and requests of other kinds."""

from typing import Any, Final

from vss_mock.contract.reader import Reader, number_at, text_at, timeless
from vss_mock.contract.relations_lists import one_thing, paged
from vss_mock.contract.surroundings import Around, Limits
from vss_mock.contract.values import at

USER: Final = "/v2/user"
NOTIFICATION: Final = f"{USER}/setting/notification"
GROUPS: Final = "/v2/group"
KINDS: Final = ("new", "export", "folder", "inventory")
"""The kinds of requests that are counted, beside snapshots and changes."""
_PARTS: Final = (
    (USER, "/data/username", f"{USER}/personal", "/data/username"),
    (USER, "/data/username", f"{USER}/ldap", "/data/uid"),
    (USER, "/data/personal/email", f"{USER}/personal", "/data/email"),
    (USER, "/data/personal/phone", f"{USER}/personal", "/data/phone"),
    (USER, "/data/personal/full_name", f"{USER}/personal", "/data/full_name"),
    (NOTIFICATION, "/data/request", f"{NOTIFICATION}/request", "/data"),
    (NOTIFICATION, "/data/method", f"{NOTIFICATION}/method", "/data/method"),
    (NOTIFICATION, "/data/format", f"{NOTIFICATION}/format", "/data/format"),
)
"""Where the account tells what another answer tells: both paths and pointers."""


def account(reader: Reader, around: Around, limits: Limits) -> None:  # noqa: ARG001  # as others
    """Hold the relations of the caller's account."""
    for path, whole, other, part in _PARTS:
        one, own = reader.get(path), reader.get(other)
        expected, actual = at(one.document, whole), at(own.document, part)
        reader.same("parts-are-those-of-the-whole", part, expected, actual, one, own)
    for path in (f"{USER}/role", f"{USER}/setting/digest", "/v2/status", "/v2/ping"):
        told = reader.get(path)
        reader.same("what-is-listed-is-there", "status", 200, told.answer.status, told)
    _listed(reader, f"{USER}/message", "status", limits)
    _listed(reader, f"{USER}/token", "ip_address", limits)
    paged(reader, f"{USER}/ssh-key", "id", "comment", limits.pages)
    paged(reader, "/v2/template", "moref", "name", limits.pages)
    paged(reader, f"{USER}/group", "id", "name", limits.pages)
    if reader.since("2026"):
        _groups(reader, limits)
        reader.get("/v2/session/motd")
    summary = reader.get("/v2/request")
    for kind in KINDS:
        listed = reader.get(f"/v2/request/{kind}")
        total = number_at(listed.document, "/meta/pages/total")
        counted, where = at(summary.document, f"/data/{kind}"), f"/data/{kind}"
        reader.same("counts-are-those-of-the-lists", where, total, counted, listed, summary)


def _listed(reader: Reader, path: str, member: str, limits: Limits) -> None:
    """Hold that each thing of a list is there by itself, and the same."""
    paged(reader, path, "id", member, limits.pages)
    listed = reader.get(path)
    for row in listed.rows[: limits.requests]:
        one = reader.get(f"{path}/{number_at(row, '/id')}")
        if reader.same("what-is-listed-is-there", "status", 200, one.answer.status, listed, one):
            one_thing(reader, "/data", row, one.data, listed, one)


def _groups(reader: Reader, limits: Limits) -> None:
    """Hold that the caller's groups are the same by both paths, and count who is in them."""
    paged(reader, GROUPS, "id", "name", limits.pages)
    mine, listed = reader.get(f"{USER}/group"), reader.get(GROUPS)
    rows, same = timeless(mine.data), timeless(listed.data)
    reader.same("one-thing-reads-the-same", "/data", rows, same, mine, listed)
    for row in listed.rows[: limits.requests]:
        path = f"{GROUPS}/{number_at(row, '/id')}"
        one, members = reader.get(path), reader.get(f"{path}/member")
        if reader.same("what-is-listed-is-there", "status", 200, one.answer.status, listed, one):
            one_thing(reader, "/data", row, one.data, listed, one)
        total = number_at(members.document, "/meta/pages/total")
        rule, where = "parts-are-those-of-the-whole", "/data/users_count"
        reader.same(rule, where, total, at(one.data, "/users_count"), members, one)
        names = [text_at(member, "/username") for member in members.rows]
        _is_among(reader, names, one, members)


def _is_among(reader: Reader, names: list[Any], *walk: Any) -> None:
    """Hold that the caller is in a group of theirs, if all of it is shown."""
    me = reader.get(USER)
    username = text_at(me.document, "/data/username")
    rule, where = "parts-are-those-of-the-whole", "/data/*/username"
    actual = "somebody of that name" if username in names else "nobody of that name"
    reader.hold(rule, username in names, where, f"{username!r} among them", actual, me, *walk)
