"""A scripted life of one world, told as text.

Also a program, for other processes: `python -m tests.properties.transcript`.
The text holds every answer and every dump on the way, so two runs that differ anywhere differ here.
"""

import json
from typing import Any

from vss_mock.simulator.records import Attribute, Power, Processors
from vss_mock.simulator.world import World

from .worlds import ANA, HOUR, JM, SECOND, START, UUIDS, new_world, plain_fired, refusal


def transcript(world: World | None = None) -> str:
    """Play the script on a world (a new one, unless given) and return the text."""
    world = world or new_world()
    lines: list[Any] = []

    def note(answer: Any) -> None:
        lines.append((repr(answer), world.now, world.dump()))

    note(world.submit(JM, UUIDS[0], "before upgrading", START + 6 * HOUR, 12))
    note(world.submit(ANA, UUIDS[1], "in the past", START - 400 * HOUR, 72))
    note(world.submit(ANA, UUIDS[2], "at once", START, 1))
    note(refusal(world.submit, ANA, UUIDS[0], "not mine to see", START, 1))
    note(world.consolidate(JM, UUIDS[0], START + 7 * HOUR))
    note(world.change(JM, UUIDS[0], Attribute.NAME, "coreos1", START + 7 * HOUR))
    note(world.change(JM, UUIDS[1], Attribute.NAME, "web", START + 8 * HOUR))
    note(world.change(ANA, UUIDS[2], Attribute.POWER, Power.ON, START + 9 * HOUR))
    note(world.change(ANA, UUIDS[1], Attribute.CPU, Processors(4)))
    note(world.change(JM, UUIDS[0], Attribute.MEMORY, 4096, START + HOUR))
    note(world.reschedule(JM, 2, START + 3 * HOUR))
    note(world.cancel(ANA, 4))
    note(plain_fired(world.advance_to(START)))
    note(world.extend(ANA, 3, 72))
    note(world.revert(JM, UUIDS[2], 1))
    note(world.delete(ANA, UUIDS[2], 1))
    note(world.delete(ANA, UUIDS[2], 1))
    note(plain_fired(world.advance_to(START + SECOND)))
    note(plain_fired(world.step(2)))
    note(plain_fired(world.advance_to(START + 1000 * HOUR)))
    note(world.retry(JM, 2))
    note(plain_fired(world.step()))
    for user in (JM, ANA):
        for asked in world.snapshot_requests(user):
            note(world.task(user, str(world.task_id(asked))))
        for change in world.change_requests(user):
            name = world.task_id(change)
            note(world.task(user, name) if name else change)
    return "\n".join(json.dumps(line) for line in lines)


if __name__ == "__main__":
    print(transcript())
