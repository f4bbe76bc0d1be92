"""What all handlers share: the documents, the worlds, the dialects, and a few kept answers."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from vss_mock.api.messages import Call, Reply
from vss_mock.simulator.records import User
from vss_mock.simulator.worlds import Tenancy, Worlds
from vss_mock.wire.dialect_2016 import Dialect2016
from vss_mock.wire.documents import Documents, Operation
from vss_mock.wire.targets import Templates

if TYPE_CHECKING:
    from vss_mock.simulator.world import World

PageReader = Callable[[str], bytes | None]
"""Gives what a file of the page holds by its plain name, None where there is no such file."""


class House(ABC):
    """One mock's belongings.

    `preset` is the demo world, `kept` holds rendered answers by what they show: a memory, not a
    state, since each entry is checked against the record it was made of. `templates` holds worlds
    as they begin, for those that name nothing of their own. `turn` holds those who want to load a
    world, which takes memory, the first of whom may. `page` gives the files of the page, `paths`
    are all path templates there are.
    """

    def __init__(
        self,
        documents: Documents,
        worlds: Worlds,
        dialects: Mapping[str, Dialect2016],
        preset: Mapping[str, Any],
        version: str,
        page: PageReader,
        paths: Iterable[str],
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
        self.paths = Templates(paths)

    @abstractmethod
    def answered(
        self, call: Call, tenancy: Tenancy, user: User
    ) -> Generator[None, None, tuple[Operation | None, Reply]]:
        """Return what a GET is answered in a world, and its operation, if it has one.

        Neither limits nor faults count, and nobody is told of it. Raises Refusal for a path that is
        the control API's.
        """
