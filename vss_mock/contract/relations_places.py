"""Relations of places: folders, networks and fault domains, and the machines that are in each."""

from collections.abc import Callable
from typing import Any

from vss_mock.contract.reader import Reader, Reading, number_at, shown, text_at
from vss_mock.contract.relations_lists import one_thing, paged
from vss_mock.contract.surroundings import DOMAINS, FOLDERS, MACHINES, NETWORKS, Around, Limits
from vss_mock.contract.values import at

Holds = Callable[[Any, str], bool]
"""Tells whether a machine, as it tells itself, is in a place."""


def places(reader: Reader, around: Around, limits: Limits) -> None:
    """Hold the relations of all places."""
    for path, kind, holds in (
        (FOLDERS, "folder", _is_in_folder),
        (NETWORKS, "network", _is_on_network),
        (DOMAINS, "domain", _is_in_domain),
    ):
        listed = reader.get(path)
        reader.same("what-is-listed-is-there", "status", 200, listed.answer.status, listed)
        paged(reader, path, "moref", "name", limits.pages)
        for row in listed.rows[: limits.requests]:
            _place(reader, listed, row, path)
            if kind == "folder":
                _folder(reader, listed, row)
            _machines(reader, around, row, path, holds)


def _place(reader: Reader, listed: Reading, row: Any, path: str) -> None:
    """Hold that a place of a list can be read by itself, and reads the same."""
    one = reader.get(f"{path}/{text_at(row, '/moref')}")
    if reader.same("what-is-listed-is-there", "status", 200, one.answer.status, listed, one):
        link, own = at(row, "/_links/self"), reader.place.url + one.sent.path
        reader.same("items-link-to-themselves", "/data/*/_links/self", own, link, listed)
        one_thing(reader, "/data", row, one.data, listed, one)


def _folder(reader: Reader, listed: Reading, row: Any) -> None:
    """Hold that a folder is where its path says, and tells of the folders in it."""
    rule, where = "folders-form-a-tree", "/data/*"
    moref, above = text_at(row, "/moref"), text_at(row, "/parent/moref")
    parents = [one for one in listed.rows if at(one, "/moref") == above]
    name, path = text_at(row, "/name"), text_at(row, "/path")
    if above is None:
        reader.same(rule, f"{where}/path", name, path, listed)
        reader.same(rule, f"{where}/parent/name", None, at(row, "/parent/name"), listed)
    elif parents:
        expected = f"{at(parents[0], '/path')} > {name}"
        reader.same(rule, f"{where}/path", expected, path, listed)
        named = at(row, "/parent/name")
        reader.same(rule, f"{where}/parent/name", at(parents[0], "/name"), named, listed)
    children = reader.get(f"{FOLDERS}/{moref}/children")
    reader.same("what-is-listed-is-there", "status", 200, children.answer.status, children)
    wanted = [at(one, "/moref") for one in listed.rows if at(one, "/parent/moref") == moref]
    found = [at(one, "/moref") for one in children.rows]
    reader.same(rule, "/data/*/moref", wanted, found, listed, children)
    told = at(row, "/has_children")
    reader.same(rule, f"{where}/has_children", bool(found), told, children, listed)


def _is_in_folder(machine: Any, moref: str) -> bool:
    return bool(at(machine, "/folder/moref") == moref)


def _is_on_network(machine: Any, moref: str) -> bool:
    networks = at(machine, "/network")
    found = [at(one, "/moref") for one in networks] if isinstance(networks, list) else []
    return moref in found


def _is_in_domain(machine: Any, moref: str) -> bool:
    return bool(at(machine, "/domain/moref") == moref)


def _machines(reader: Reader, around: Around, row: Any, path: str, holds: Holds) -> None:
    """Hold that a place lists the machines that are there, as the list of all shows them."""
    moref = text_at(row, "/moref") or ""
    found, every = reader.get(f"{path}/{moref}/vm"), reader.get(MACHINES)
    reader.same("what-is-listed-is-there", "status", 200, found.answer.status, found)
    rule, where = "places-hold-their-machines", "/data/*/uuid"
    known = {at(one, "/uuid"): one for one in every.rows}
    strange = [uuid for one in found.rows if (uuid := at(one, "/uuid")) not in known]
    actual = f"{shown(strange[0])}, which is shown nowhere else" if strange else "such machines"
    reader.hold(rule, not strange, where, "machines of the list of all", actual, every, found)
    for one in found.rows:
        one_thing(reader, "/data/*", known.get(at(one, "/uuid")), one, every, found)
    if path == FOLDERS:
        wanted = [uuid for uuid, one in known.items() if at(one, "/folder/moref") == moref]
        reader.same(rule, where, wanted, [at(one, "/uuid") for one in found.rows], every, found)
    for machine in around.machines:
        uuid = at(machine.data, "/uuid")
        there = any(at(one, "/uuid") == uuid for one in found.rows)
        is_there = holds(machine.data, moref)
        expected, actual = (f"{'' if yes else 'not '}{shown(uuid)}" for yes in (is_there, there))
        reader.hold(rule, is_there == there, where, expected, actual, machine, found)
    counted = number_at(row, "/vms")
    if counted is not None:
        enough, wanted_text = counted >= len(found.rows), f"{len(found.rows)} or more"
        reader.hold(rule, enough, "/data/*/vms", wanted_text, str(counted), found)
