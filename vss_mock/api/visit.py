"""What a handler is given: the call, who makes it, in which world, with which checked body."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from vss_mock.api.house import House
from vss_mock.api.messages import Call, Document, Reply, Steps
from vss_mock.api.pacing import ROWS_A_SLICE, slices
from vss_mock.api.rendering import render
from vss_mock.simulator.records import User
from vss_mock.simulator.worlds import Tenancy
from vss_mock.wire.dialect_2016 import Dialect2016

Spell = Callable[[Any], Document]


class Visit:
    """One authenticated call in one world."""

    def __init__(self, house: House, call: Call, tenancy: Tenancy, user: User, body: Any) -> None:
        """Gather what handlers need; `body` is parsed and valid, None where there is none."""
        self.house = house
        self.call = call
        self.tenancy = tenancy
        self.world = tenancy.world
        self.user = user
        self.body = body
        self.base = call.base

    @property
    def dialect(self) -> Dialect2016:
        """The dialect that the world speaks."""
        return self.house.dialects[self.tenancy.dialect]

    @cached_property
    def query(self) -> Mapping[str, str]:
        """The query; of a key given twice the last value counts."""
        return dict(self.call.query)

    def listed(
        self, rows: Sequence[Any], row: Spell, whole: Callable[[list[Any]], Document]
    ) -> Reply | Steps:
        """Return all rows as a reply; many of them are spelled slice by slice."""
        if len(rows) <= ROWS_A_SLICE:
            return self.reply(200, whole([row(each) for each in rows]))
        return self._listed(rows, row, whole)

    def _listed(
        self, rows: Sequence[Any], row: Spell, whole: Callable[[list[Any]], Document]
    ) -> Steps:
        data: list[Any] = []
        for part in slices(rows):
            data += [row(each) for each in part]
            yield
        return self.reply(200, whole(data))

    def reply(self, status_code: int, document: Document) -> Reply:
        """Return a document as a reply, its `meta.time` measured if the world is live."""
        return Reply(status_code, render(document), timed=self.tenancy.pace.live)
