"""Saving a world as one document and loading it again, under /_mock/.

Both take their time with a large world, slice by slice; other clients are served meanwhile.
"""

from vss_mock.api.control_parts import catch_up, reply, tenancy_of, world_of
from vss_mock.api.house import House
from vss_mock.api.messages import Call, Reply, Steps
from vss_mock.api.pacing import turn
from vss_mock.simulator.inventory import MAXIMUM_VMS
from vss_mock.simulator.worlds import DEFAULT
from vss_mock.wire import bodies, saved
from vss_mock.wire.problems import Refusal

NAME_SCHEMA = "common/values.json#/$defs/world-name"

MOST_MEMBERS = MAXIMUM_VMS
"""How many members an object of a saved world may have: it has one for each machine."""


def mock_world_saved_get(house: House, call: Call, body: None) -> Steps:
    """Answer a world as a document to be saved."""
    tenancy = tenancy_of(house, call)
    yield from catch_up(tenancy, call)
    return Reply(200, (yield from saved.spelled(tenancy)))


def mock_world_saved_put(house: House, call: Call, body: bytes) -> Steps:
    """Make a world of a saved one, in the place of the one of its name if there is one."""
    name = call.params.get("world", DEFAULT)
    found = house.documents.violations(NAME_SCHEMA, name, "the name of a world")
    if found:
        raise Refusal(400, found[0].sentence)
    with turn(house) as waiting:
        yield from waiting
        document = yield from bodies.read_long_json(body, MOST_MEMBERS)
        read = yield from saved.reading(house.documents, document)
        del document
    while name in house.worlds:
        known = house.worlds[name]
        with turn(known) as waiting:
            yield from waiting
            if house.worlds.present(known) is not None:
                tenancy = saved.resumed(read, name, call.at, house.worlds)
                house.worlds.replace(tenancy)
                return reply(200, world_of(tenancy, call))
    tenancy = saved.resumed(read, name, call.at, house.worlds)
    return reply(201, world_of(house.worlds.add(tenancy), call))


mock_saved_get = mock_world_saved_get
mock_saved_put = mock_world_saved_put
