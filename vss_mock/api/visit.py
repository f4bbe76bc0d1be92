"""What a handler is given: the call, who makes it, in which world, with which checked body."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, cast

from vss_mock.api.house import House
from vss_mock.api.messages import Call, Document, Reply, Steps
from vss_mock.api.pacing import ROWS_A_SLICE, slices
from vss_mock.api.rendering import render
from vss_mock.simulator.records import User, VirtualMachine
from vss_mock.simulator.worlds import Tenancy
from vss_mock.wire import collections
from vss_mock.wire.collections import Field
from vss_mock.wire.dialect_2016 import Dialect2016
from vss_mock.wire.dialect_2019 import Dialect2019

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

    @property
    def later(self) -> Dialect2019:
        """The dialect, of a call that 2016 has no operation for."""
        return cast(Dialect2019, self.dialect)

    @cached_property
    def query(self) -> Mapping[str, str]:
        """The query; of a key given twice the last value counts."""
        return dict(self.call.query)

    def machine(self) -> VirtualMachine:
        """Return the machine that the path names; raises as `World.virtual_machine` does."""
        uuid = self.dialect.identified(self.world, self.call.params["uuid"])
        return self.world.virtual_machine(self.user, uuid)

    def one(self, operation: str, data: Document) -> Reply:
        """Return one thing of an operation that 2016 has not as a reply."""
        later, params = self.later, self.call.params
        return self.reply(200, later.one(operation, data, self.user, self.base, **params))

    def rows(
        self,
        operation: str,
        rows: Sequence[Any],
        row: Spell,
        fields: Callable[[], Mapping[str, Field]],
    ) -> Reply | Steps:
        """Return a list of an operation that 2016 has not as a reply."""
        later, user, base, params = self.later, self.user, self.base, self.call.params
        return self.listed(
            rows,
            row,
            lambda data: later.page_of(operation, data, user, base, **params),
            fields,
            later.href(base, operation, **params),
        )

    def listed(
        self,
        rows: Sequence[Any],
        row: Spell,
        whole: Callable[[list[Any]], Document],
        fields: Callable[[], Mapping[str, Field]],
        url: str,
    ) -> Reply | Steps:
        """Return rows as a reply, a page of them where the dialect has pages in every list.

        Many of them are spelled slice by slice.
        """
        if self.dialect.pages_all:
            view = collections.read_query(
                self.query,
                fields(),
                per_page=collections.MAXIMUM_PER_PAGE,
                kept=(*collections.KEPT, "moref", "name", "summary"),
                bare_sort=True,
            )
            rows, pages = collections.page(rows, view, url)
            spell, whole = whole, lambda data: _paged(spell(data), pages)
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


def _paged(document: Document, pages: Document) -> Document:
    document["meta"]["pages"] = pages
    return document
