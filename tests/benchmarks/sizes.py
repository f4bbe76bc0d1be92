"""What a call costs in a large world, beside the same call in a small one: without sockets."""

from collections.abc import Callable, Sequence
from itertools import cycle
from statistics import median

from tests.benchmarks import crowds
from tests.benchmarks.table import Row, at_most
from tests.benchmarks.timing import cpu_per_call, interleaved, ratio, spell_seconds
from vss_mock.api.messages import Call, Reply
from vss_mock.api.service import Service
from vss_mock.wire.worldfile import DOCUMENTED_START

REQUESTS = "/v2/request/snapshot"
FEW = 100


def call(path: str, route: str, *query: tuple[str, str], **params: str) -> Call:
    """Return a GET as the edge makes it."""
    return Call(
        method="GET",
        path=path,
        route=route,
        params=params,
        query=query,
        authorization=("Bearer demo-token",),
        base="http://127.0.0.1:8001",
        at=DOCUMENTED_START,
        client="127.0.0.1",
    )


def ask(service: Service, wanted: Call) -> None:
    """Make a call that has to work."""
    reply = service.handle(wanted)
    if not isinstance(reply, Reply) or reply.status_code != 200:
        raise RuntimeError(f"{wanted.path}: {reply}")


def measure(quick: bool) -> Sequence[Row]:
    """Measure a search, a page and a look-up, small and large."""
    rounds, seconds = (3, 0.05) if quick else (5, 0.2)
    many = 50_000 if quick else 1_000_000
    small, large = crowds.service(10, FEW), crowds.service(10, many)
    row = _Rows(rounds, seconds)
    page = call(REQUESTS, REQUESTS, ("per_page", "100"))
    middle = call(REQUESTS, REQUESTS, ("per_page", "100"), ("page", str(many // 200)))
    machines = crowds.service(10_000, 0)
    row.add("GET /v2/vm?name=, 10,000 VMs : 10", _by_name(machines), _by_name(small), 3)
    first = f"the first page of 100, {many:,} requests : {FEW}"
    row.add(first, lambda: ask(large, page), lambda: ask(small, page), 3)
    row.add("    the middle page of 100", lambda: ask(large, middle), lambda: ask(small, page), 3)
    row.add(f"one request, {many:,} : {FEW}", _by_id(large), _by_id(small), 1.2)
    anew = (_by_id(large, anew=True), _by_id(small, anew=True))
    row.add("    made anew each time", *anew, 1.2)
    return row.rows


class _Rows:
    def __init__(self, rounds: int, seconds: float) -> None:
        self.rows: list[Row] = []
        self._rounds = rounds
        self._seconds = seconds

    def add(
        self, what: str, large: Callable[[], None], small: Callable[[], None], most: float
    ) -> None:
        """Measure a call in both worlds."""
        runs = {
            "large": cpu_per_call(large, self._seconds),
            "small": cpu_per_call(small, self._seconds),
        }
        spent = interleaved(runs, self._rounds)
        times = ratio(spent["large"], spent["small"])
        figure = " : ".join(spell_seconds(median(spent[each])) for each in runs)
        row = Row(what, f"{times:.2f}", f"{figure} CPU", self._rounds, *at_most(times, most))
        self.rows.append(row)


def _by_name(service: Service) -> Callable[[], None]:
    """Return what searches for a name that one machine has, another name each time."""
    names = [vm.name for vm in service.worlds["default"].world.inventory]
    # Most of a name, as people type it: not the whole, which could be looked up.
    turn = cycle([call("/v2/vm", "/v2/vm", ("name", name[3:])) for name in names])
    return lambda: ask(service, next(turn))


def _by_id(service: Service, *, anew: bool = False) -> Callable[[], None]:
    """Return what asks for one of a hundred requests that lie far apart, another one each time."""
    world = service.worlds["default"].world
    total = len(world.snapshot_requests(crowds.USER))
    ids = range(1, total + 1, total // FEW)
    route = f"{REQUESTS}/{{id}}"
    turn = cycle([call(f"{REQUESTS}/{id}", route, id=str(id)) for id in ids])

    def run() -> None:
        if anew:
            service.kept.clear()
        ask(service, next(turn))

    return run
