"""The commands that judge a server by the contract, and show what it is judged by."""

import argparse
import re
import shlex
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import vss_mock
from vss_mock import resources
from vss_mock.terminal import CommandError, Ink, table

if TYPE_CHECKING:
    from vss_mock.contract.rules import Finding, Rule
    from vss_mock.contract.run import Run
    from vss_mock.contract.runner import Book

HEAVY = ("hypothesis", "schemathesis")
"""What `vss-mock[contract]` brings."""
REPORTS = ("junit", "html", "har", "json")
BROKEN_CONTRACT = 1
BAR = 24
"""Characters of the progress bar."""
CLEAR = "\r\x1b[2K"


class Report(NamedTuple):
    """A report that is wanted: what kind, and the file it goes to."""

    kind: str
    path: Path


def report(text: str) -> Report:
    """Return what `KIND=FILE` asks for. Raises ArgumentTypeError."""
    kind, equals, name = text.partition("=")
    if kind not in REPORTS or not equals or not name:
        kinds = ", ".join(f"{kind}=FILE" for kind in REPORTS)
        raise argparse.ArgumentTypeError(f"a report is one of {kinds}, not {text!r}")
    path = Path(name)
    if path.is_dir() or not path.absolute().parent.is_dir():
        reason = "a folder" if path.is_dir() else "in a folder that does not exist"
        raise argparse.ArgumentTypeError(f"no report can be written to {name!r}: it is {reason}")
    return Report(kind, path)


def seconds(text: str) -> float:
    """Return the seconds of a length such as 90, 5m or 1h30m. Raises ArgumentTypeError."""
    from vss_mock.contract.pace import seconds_of

    if re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,3})?", text):
        return float(text)
    if (
        re.fullmatch("(?:[0-9]{1,3}d)?(?:[0-9]{1,4}h)?(?:[0-9]{1,6}m)?(?:[0-9]{1,7}s)?", text)
        and text
    ):
        return seconds_of(text)
    raise argparse.ArgumentTypeError(f"a length of time is such as 90, 5m or 1h30m, not {text!r}")


def rate(text: str) -> float:
    """Return calls a second. Raises ArgumentTypeError."""
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text) and float(text) > 0:
        return float(text)
    raise argparse.ArgumentTypeError(f"calls a second are a number above 0, not {text!r}")


def run(arguments: argparse.Namespace) -> int:
    """Judge a server; return 0 if it kept the contract, 1 if it broke a rule."""
    _need_heavy_libraries()
    from vss_mock.contract.patience import RealWall
    from vss_mock.contract.runner import Judge, Options
    from vss_mock.contract.secrets import Secrets
    from vss_mock.contract.targets import CannotJudge, Target, Wanted
    from vss_mock.contract.traffic import Traffic
    from vss_mock.contract.verdicts import verdict

    wall, secrets = RealWall(), Secrets()
    keep = any(wanted.kind == "har" for wanted in arguments.report)
    traffic = Traffic(wall, keep=keep)
    options = Options(
        profile=arguments.profile,
        only=tuple(arguments.only),
        seed=arguments.seed,
        fail_on=arguments.fail_on,
        budget=arguments.budget,
        command=_command(arguments),
        version=vss_mock.__version__,
    )
    wanted = Wanted(
        url=arguments.target,
        token=arguments.token,
        vm=arguments.vm,
        user=arguments.user,
        password=arguments.password,
        control_token=arguments.control_token,
        allow_writes=arguments.allow_writes,
        wait=arguments.wait,
        rate=arguments.rps,
    )
    if wanted.password is not None and wanted.user is None:
        raise CommandError("--password: there is no use for it without --user")
    told = Teller(secrets.hide)
    for number in (signal.SIGINT, signal.SIGTERM):
        # Said for SIGINT too: a shell's background jobs inherit that it be ignored.
        signal.signal(number, signal.default_int_handler)
    try:
        target = Target(wanted, wall, traffic, secrets, options.seed)
    except CannotJudge as problem:
        raise CommandError(secrets.hide(str(problem))) from problem
    dialect = arguments.dialect or target.find_dialect() or options.dialect
    options = options._replace(dialect=dialect)
    try:
        judge = Judge(target, _book(dialect), options, traffic, wall, told)
    except LookupError as problem:
        target.close()
        raise CommandError(
            f"--only: no rule has the tag, suite or id {problem.args[0]!r}"
        ) from None
    try:
        judged = judge.run()
    except CannotJudge as problem:
        raise CommandError(secrets.hide(str(problem))) from problem
    finally:
        told.clear()
    _write(arguments.report, judged, secrets)
    for line in verdict(judged, Ink(sys.stdout)):
        print(line)
    return BROKEN_CONTRACT if any(map(judged.fails, judged.outcomes)) else 0


def list_rules(arguments: argparse.Namespace) -> int:
    """Print every rule with its evidence and source."""
    _need_heavy_libraries()
    rules = _book(arguments.dialect).rules()
    rows = [(rule.id, rule.suite, rule.evidence, rule.source, rule.title) for rule in rules]
    print(table(("RULE", "SUITE", "EVIDENCE", "SOURCE", "WHAT IT SAYS"), rows))
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print all that is known of one rule."""
    _need_heavy_libraries()
    book = _book(arguments.dialect)
    found = next((rule for rule in book.rules() if rule.id == arguments.rule), None)
    if found is None:
        raise CommandError(f"no rule is called {arguments.rule!r} (see vss-mock contract list)")
    for line in _described(found, book):
        print(line)
    return 0


def _described(rule: "Rule", book: "Book") -> Iterator[str]:
    import json

    yield f"{rule.id}: {rule.title}"
    yield f"  evidence  {rule.evidence}"
    yield f"  source    {rule.source}"
    yield f"  suite     {rule.suite}"
    yield f"  tags      {', '.join(rule.tags)}"
    yield f"  needs     {', '.join(rule.needs) or 'nothing but reading'}"
    if rule.suite == "scenarios":
        yield f"  file      contracts/{rule.id}.json"
        yield json.dumps(
            resources.load_contracts()[f"{rule.id}.json"], indent=2, ensure_ascii=False
        )
    elif rule.id.startswith("answer-"):
        operation = book.api.operations[rule.id.removeprefix("answer-")]
        codes = ", ".join(map(str, book.api.statuses(operation)))
        yield f"  operation {operation.method} {operation.path}, which answers {codes}"


def _need_heavy_libraries() -> None:
    missing = [name for name in HEAVY if find_spec(name) is None]
    if missing:
        raise CommandError(
            f"the contract suite needs {' and '.join(missing)}: pip install 'vss-mock[contract]'"
        )


def _book(dialect: str) -> "Book":
    from vss_mock.contract.runner import open_book

    try:
        return open_book(dialect)
    except LookupError:
        raise CommandError(f"--dialect: there is no contract of {dialect!r}") from None


def _command(arguments: argparse.Namespace) -> str:
    """Return the command that repeats a run; variables stand for what is secret."""
    words = ["vss-mock", "contract", "run", "--target", arguments.target, "--vm", arguments.vm]
    for name in ("user", "dialect", "profile", "seed", "fail_on", "wait", "rps", "budget"):
        value = getattr(arguments, name)
        if name == "seed" or value not in {None, arguments.defaults[name]}:
            words += [f"--{name.replace('_', '-')}", str(value)]
    if arguments.allow_writes:
        words.append("--allow-writes")
    secret = {"token": "$VSS_TOKEN", "password": "$VSS_PASSWORD"}
    return " ".join(
        [
            *map(shlex.quote, words),
            *(f'--{name} "{shown}"' for name, shown in secret.items() if getattr(arguments, name)),
        ]
    )


def _write(reports: Iterable[Report], judged: "Run", secrets: Any) -> None:
    from vss_mock.contract.reports import document, har, html, junit

    kinds = {"json": document, "har": har, "html": html, "junit": junit}
    for kind, path in reports:
        path.write_bytes(kinds[kind].render(judged, secrets))


class Teller:
    """Tells how a run gets on: a bar on a terminal, plain lines elsewhere; all of it on stderr."""

    def __init__(self, hide: Callable[[str], str]) -> None:
        self._hide = hide
        self._terminal = sys.stderr.isatty()
        self._suite = ""
        self._steps = 0
        self._done = 0

    def begin(self, suite: str, steps: int) -> None:
        """Begin a suite."""
        self._suite, self._steps, self._done = suite, steps, 0
        if self._terminal:
            self._draw("")
        else:
            self.say(f"{suite}: {steps} rules" if steps else suite)

    def step(self, what: str) -> None:
        """Move the bar on."""
        self._done += 1
        if self._terminal:
            self._draw(what)

    def found(self, finding: "Finding") -> None:
        """Say that a rule is broken, as soon as it is known."""
        self.say(f"broken: {finding.rule} ({finding.evidence}) at {finding.where}")

    def say(self, text: str) -> None:
        """Say something on a line of its own."""
        self.clear()
        print(self._hide(text), file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the bar away."""
        if self._terminal:
            print(CLEAR, end="", file=sys.stderr, flush=True)

    def _draw(self, what: str) -> None:
        share = self._done / self._steps if self._steps else 0.0
        full = round(BAR * share)
        count = f" {self._done}/{self._steps}" if self._steps else ""
        bar = "█" * full + "░" * (BAR - full)
        print(f"{CLEAR}{bar} {self._suite}{count} {what[:40]}", end="", file=sys.stderr, flush=True)
