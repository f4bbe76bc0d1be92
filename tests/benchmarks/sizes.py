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
    name = call("/v2/vm", "/v2/vm", ("name", "coreos0"))
    machines = crowds.service(10_000, 0)
    row.add("GET /v2/vm?name=, 10,000 VMs : 10", name, (small, machines), 3)
    page = call(REQUESTS, REQUESTS, ("per_page", "100"))
    middle = call(REQUESTS, REQUESTS, ("per_page", "100"), ("page", str(many // 200)))
    row.add(f"the first page of 100, {many:,} requests : {FEW}", page, (small, large), 3)
    row.add("    the middle page of 100", page, (small, large), 3, other=middle)
    row.add(f"one request, {many:,} : {FEW}", None, (small, large), 1.2)
    row.add("    made anew each time", None, (small, large), 1.2, anew=True)
    return row.rows


class _Rows:
    def __init__(self, rounds: int, seconds: float) -> None:
        self.rows: list[Row] = []
        self._rounds = rounds
        self._seconds = seconds

    def add(
        self,
        what: str,
        wanted: Call | None,
        services: tuple[Service, Service],
        most: float,
        *,
        other: Call | None = None,
        anew: bool = False,
    ) -> None:
        """Measure one call (None: requests by id, in turn) in both services."""
        small, large = services
        if wanted is None:
            runs = {"small": _by_id(small, anew), "large": _by_id(large, anew)}
        else:
            first, second = wanted, other or wanted
            runs = {"small": lambda: ask(small, first), "large": lambda: ask(large, second)}
        spent = interleaved(
            {name: cpu_per_call(run, self._seconds) for name, run in runs.items()}, self._rounds
        )
        times = ratio(spent["large"], spent["small"])
        figure = " : ".join(spell_seconds(median(spent[each])) for each in ("large", "small"))
        row = Row(what, f"{times:.2f}", f"{figure} CPU", self._rounds, *at_most(times, most))
        self.rows.append(row)


def _by_id(service: Service, anew: bool) -> Callable[[], None]:
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
