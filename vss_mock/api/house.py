"""What all handlers share: the documents, the worlds, the dialects, and a few kept answers."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from vss_mock.simulator.worlds import Worlds
from vss_mock.wire.dialect_2016 import Dialect2016
from vss_mock.wire.documents import Documents

if TYPE_CHECKING:
    from vss_mock.simulator.world import World

PageReader = Callable[[str], bytes | None]
"""Gives what a file of the page holds by its plain name, None where there is no such file."""


class House:
    """One mock's belongings.

    `preset` is the demo world, `kept` holds rendered answers by what they show: a memory, not a
    state, since each entry is checked against the record it was made of. `templates` holds worlds
    as they begin, for those that name nothing of their own. `turn` holds those who want to load a
    world, which takes memory, the first of whom may. `page` gives the files of the page.
    """

    def __init__(
        self,
        documents: Documents,
        worlds: Worlds,
        dialects: Mapping[str, Dialect2016],
        preset: Mapping[str, Any],
        version: str,
        page: PageReader,
    ) -> None:
        self.documents = documents
        self.worlds = worlds
        self.dialects = dialects
        self.preset = preset
        self.version = version
        self.page = page
        self.templates: dict[tuple[int, int], World] = {}
        self.turn: list[object] = []
        self.kept: dict[Any, tuple[Any, Any, bytes]] = {}
