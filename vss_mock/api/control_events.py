"""What happens in a world, told as it happens, under /_mock/: the beginning of a stream."""

from vss_mock.api.control_parts import check_origin, tenancy_of
from vss_mock.api.house import House
from vss_mock.api.messages import Call, Manner, Reply
from vss_mock.api.watching import Watch
from vss_mock.wire.watched import FIRST

HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


def mock_world_events(house: House, call: Call, body: None) -> Reply:
    """Answer what a world is, and then all that happens in it, for as long as somebody listens.

    A web page of another origin could read nothing of it, but take the place of those who can.
    """
    check_origin(call)
    watch = Watch(house, tenancy_of(house, call), call)
    return Reply(200, FIRST, HEADERS, manner=Manner(watch=watch))


mock_events = mock_world_events
