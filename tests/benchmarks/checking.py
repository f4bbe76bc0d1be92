"""What it costs to hold documents against their schemas, and to say what is wrong with one."""

from collections.abc import Sequence
from itertools import cycle
from statistics import median

import orjson

from tests.benchmarks import crowds
from tests.benchmarks.calls import BODY
from tests.benchmarks.sizes import REQUESTS, call
from tests.benchmarks.table import Row, at_most
from tests.benchmarks.timing import cpu_per_call, interleaved, spell_seconds
from vss_mock.api.messages import Reply
from vss_mock.assembly import Settings, build_service
from vss_mock.wire import bodies
from vss_mock.wire.worldfile import DOCUMENTED_START


def measure(quick: bool) -> Sequence[Row]:
    """Measure a good body, a bad one and an answer."""
    rounds = 3 if quick else 7
    service = build_service(Settings(), DOCUMENTED_START)
    world = service.worlds["default"].world
    vm = next(iter(world.inventory))
    made = world.submit(crowds.USER, vm.uuid, "Before the upgrade", DOCUMENTED_START, 12)
    world.advance_to(DOCUMENTED_START)
    reply = service.handle(call("", f"{REQUESTS}/{{id}}", id=str(made.id)))
    if not isinstance(reply, Reply):
        raise TypeError(str(reply))
    documents = service.documents
    create = documents.operation("2016", "vm-snapshot-create").body
    shown = documents.operation("2016", "request-snapshot-get").answers["200"]
    if create is None or shown is None:
        raise LookupError("a schema is missing")
    body = orjson.loads(BODY)
    # More dates than anybody would remember.
    dates = (f"2016-{n % 12 + 1:02}-{n // 12 % 28 + 1:02} 22:{n // 336:02}" for n in range(20_000))
    fresh = cycle([{**body, "from_date": date} for date in dates])
    bad = {**body, "valid_for": 73}
    answer = orjson.loads(reply.body)
    verdicts = [documents.is_valid(create, each) for each in (body, bad)]
    if verdicts != [True, False] or not documents.is_valid(shown, answer):
        raise RuntimeError("the schemas have changed")
    seconds = 0.05 if quick else 0.1
    spent = interleaved(
        {
            "body": cpu_per_call(lambda: documents.is_valid(create, body), seconds),
            "fresh": cpu_per_call(lambda: documents.is_valid(create, next(fresh)), seconds),
            "bad": cpu_per_call(lambda: documents.is_valid(create, bad), seconds),
            "why": cpu_per_call(lambda: documents.violations(create, bad), seconds),
            "answer": cpu_per_call(lambda: documents.is_valid(shown, answer), seconds),
            "strict": cpu_per_call(
                lambda: documents.is_valid(shown, bodies.read_json(reply.body)), seconds
            ),
        },
        rounds,
    )
    each = {name: median(values) for name, values in spent.items()}

    def row(what: str, name: str, most: float | None) -> Row:
        target = ("", None) if most is None else at_most(each[name], most, _most(most))
        figure = f"{spell_seconds(each[name])} CPU"
        return Row(what, f"{each[name] / each['body']:.1f}", figure, rounds, *target)

    return [
        row("a body that is right", "body", 3e-6),
        row("    another date each time", "fresh", 3e-6),
        row("a body that is wrong, found out", "bad", 3e-6),
        row("    and explained in sentences", "why", None),
        row(f"an answer of {len(reply.body):,} bytes", "answer", 5e-6),
        row("    read from its bytes too, as strict mode does", "strict", 5e-6),
    ]


def _most(seconds: float) -> str:
    return f"at most {spell_seconds(seconds)}"
