"""A view of some requests, so that a page of a million costs what the page costs."""

from collections.abc import Mapping, Sequence
from typing import TypeVar, overload

from vss_mock.simulator.records import Request

Row = TypeVar("Row", bound=Request)


class Rows(Sequence[Row]):
    """Some of the requests in order of id, without a copy of them."""

    __slots__ = ("_ids", "_requests")

    def __init__(self, requests: Mapping[int, Row], ids: Sequence[int]) -> None:
        self._requests = requests
        self._ids = ids

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._ids)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """Return one, or a list of those that a slice names."""
        if isinstance(index, slice):
            return [self._requests[id] for id in self._ids[index]]
        return self._requests[self._ids[index]]
