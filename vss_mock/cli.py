"""The command line: which commands and options there are, and how they fail.

Each command's work is in a module of its own, imported only when that command runs, so that
`vss-mock --help` answers at once. Whatever goes wrong is one line on stderr and exit status 2.
"""

import argparse
import contextlib
import io
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeAlias

import vss_mock
from vss_mock.cli_recording import TOKEN, add_journal_and_replay
from vss_mock.cli_testbench import add_fault_and_hold
from vss_mock.terminal import BAD_USAGE, CommandError, forget_output, one_line

DEFAULT_URL = "http://127.0.0.1:8001"
INTERRUPTED = 130
PIPE_CLOSED = 141
MAXIMUM_PORT = 65535
MAXIMUM_RATE = 1_000_000
LONGEST_WORK = 604_800
CONTROL_TOKEN = "VSS_MOCK_CONTROL_TOKEN"
URL = "VSS_MOCK_URL"
PASSWORD = "VSS_PASSWORD"


class Parser(argparse.ArgumentParser):
    """A parser that complains in one line and takes no abbreviated options."""

    def __init__(self, **options: object) -> None:
        super().__init__(allow_abbrev=False, **options)  # type: ignore[arg-type]  # passed on as is

    def error(self, message: str) -> NoReturn:
        """Raise CommandError with argparse's words, which name the option."""
        raise CommandError(f"{message.removeprefix('argument ')} (see {self.prog} --help)")


# argparse keeps the name of this type to itself.
Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that the words ask for; return its exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = _run(argv)
        if sys.stdout is not None:
            sys.stdout.flush()
    except CommandError as problem:
        status = _complain(str(problem))
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:
        forget_output()
        status = PIPE_CLOSED
    except OSError as problem:
        forget_output()
        status = _complain(f"the system refused: {problem.strerror or problem}")
    return status


def _run(argv: Sequence[str] | None) -> int:
    try:
        arguments = parser().parse_args(argv)
    except SystemExit as done:
        # --help and --version end like this; their text may still be in the buffer.
        return int(done.code or 0)
    run: Callable[[argparse.Namespace], int] = arguments.run
    return run(arguments)


def _complain(problem: str) -> int:
    with contextlib.suppress(OSError):
        print(f"vss-mock: {one_line(problem)}", file=sys.stderr)
    return BAD_USAGE


def parser() -> Parser:
    """Return the parser of the whole command line."""
    root = Parser(
        prog="vss-mock",
        description="A stateful mock of the VSS v2 REST API, with a virtual clock.",
        epilog="Everything is kept in memory, and a mock that stops forgets, "
        "unless it serves with --state DIR.",
    )
    root.add_argument("--version", action="version", version=f"vss-mock {vss_mock.__version__}")
    commands = root.add_subparsers(metavar="COMMAND", required=True, dest="command")
    _add_serve(commands)
    _add_demo(commands)
    _add_clock(commands)
    _add_state_and_reset(commands)
    add_fault_and_hold(commands, _control)
    add_journal_and_replay(commands, _control, _reached)
    _add_schema(commands)
    _add_contract(commands)
    _add_lifecycle(commands)
    return root


def _add_serve(commands: Commands) -> None:
    serve = commands.add_parser(
        "serve",
        help="serve a world until told to stop",
        description="Serve a world until SIGTERM or Ctrl-C. "
        "The first line printed says where it listens, once it answers.",
        epilog=f"{CONTROL_TOKEN} in the environment means the same as --control-token, "
        "and does not show in the list of processes.",
    )
    option = serve.add_argument
    option("--host", default="127.0.0.1", help="address to bind (default: %(default)s)")
    option("--port", type=_port, default=8001, help="port; 0 picks one (default: %(default)s)")
    option("--dialect", help="the spelling of the API to speak: 2016, 2019, 2026 (default: 2016)")
    option(
        "--clock",
        choices=("live", "frozen", "auto"),
        help="whether time runs, stands, or steps for those who wait (default: frozen)",
    )
    option("--rate", type=_rate, help="how many times as fast as real time it runs (default: 1)")
    option("--start", metavar="ISO", help="when it starts; without an offset, Toronto's time")
    option("--seed", type=_seed, metavar="N", help="what ids are derived from (default: 0)")
    option(
        "--task-seconds",
        type=_task_seconds,
        metavar="N",
        help="how long work takes, In Progress meanwhile, by the mock's clock (default: 0)",
    )
    option("--world", metavar="FILE", help="a world in JSON, or a saved one, instead of the demo's")
    option(
        "--allow-host",
        metavar="H",
        action="append",
        default=[],
        help="a name that clients may call this server, beside loopback's; may be repeated",
    )
    option("--public-url", metavar="U", help="what links begin with, if not the Host called")
    option(
        "--control-token",
        metavar="T",
        default=os.environ.get(CONTROL_TOKEN) or None,
        help="what calls below /_mock/ must bear; needed to bind other than loopback",
    )
    option(
        "--state",
        metavar="DIR",
        help="a folder to keep all worlds in, so that they survive this process; made if need be",
    )
    option("--rate-limit", action="store_true", help="limit calls as the real service does")
    serve.set_defaults(run=_serve)


def _add_demo(commands: Commands) -> None:
    demo = commands.add_parser(
        "demo",
        help="walk a snapshot through its whole life",
        description="Start a mock, walk a snapshot through its whole life over HTTP, "
        "and tell each call, answer and jump of time.",
    )
    option = demo.add_argument
    option("--page", action="store_true", help="serve a mock for its page instead, until Ctrl-C")
    option("--port", type=_port, help="with --page: the port (default: 8001, or one that is free)")
    demo.set_defaults(run=_demo)


def _add_clock(commands: Commands) -> None:
    clock = commands.add_parser(
        "clock",
        help="show or move the clock of a running mock",
        description="Show or move the clock of a running mock, and tell what happened meanwhile.",
    )
    moves = clock.add_subparsers(metavar="MOVE", required=True, dest="move")
    show = _control(moves, "show", "show the clock and what is due next")
    show.set_defaults(run=_clock, body=lambda _: None)
    advance = _control(moves, "advance", "move on by a while")
    advance.add_argument("by", metavar="WHILE", help="such as 10h, 90m, 1d6h, or seconds")
    advance.set_defaults(run=_clock, body=lambda given: {"advance": _while(given.by)})
    to = _control(moves, "to", "move on to an instant")
    to.add_argument("instant", metavar="ISO", help="such as 2016-07-29T22:00, Toronto's time")
    to.set_defaults(run=_clock, body=lambda given: {"advance_to": given.instant})
    step = _control(moves, "step", "move on to the next event, or the N-th")
    step.add_argument("count", metavar="N", type=_count, nargs="?", default=1)
    step.set_defaults(run=_clock, body=lambda given: {"step": given.count})
    work = _control(moves, "work", "say how long work takes from now on")
    work.add_argument("seconds", metavar="SECONDS", type=_task_seconds, help="0 for no time")
    work.set_defaults(run=_clock, body=lambda given: {"task_seconds": given.seconds})


def _add_state_and_reset(commands: Commands) -> None:
    state = _control(
        commands, "state", "show all there is in a world of a running mock, or keep it"
    )
    state.set_defaults(run=_state)
    actions = state.add_subparsers(metavar="ACTION", dest="action")
    for name, purpose, run, file in (
        ("save", "save a world of a running mock", _state_save, "where to, or - for output"),
        ("load", "load a saved world into a running mock", _state_load, "a saved world, or -"),
    ):
        action = _control(actions, name, purpose, again=True)
        action.add_argument("file", metavar="FILE", help=file)
        action.set_defaults(run=run)
    _control(commands, "reset", "make a world of a running mock as it began").set_defaults(
        run=_reset
    )


def _add_schema(commands: Commands) -> None:
    schema = commands.add_parser(
        "schema",
        help="list, show and apply the JSON Schemas of the bodies",
        description="List, show and apply the JSON Schemas of the bodies; no mock need run.",
    )
    actions = schema.add_subparsers(metavar="ACTION", required=True, dest="action")
    listing = actions.add_parser("list", help="list the names of the schemas")
    listing.set_defaults(run=_schema_list)
    show = actions.add_parser("show", help="print a schema")
    show.add_argument("name", metavar="NAME")
    show.set_defaults(run=_schema_show)
    validate = actions.add_parser(
        "validate",
        help="hold a document against a schema",
        description="Hold a document against a schema. "
        "Exit status: 0 valid; 1 not, with each violation on a line; 2 cannot tell.",
    )
    validate.add_argument("name", metavar="NAME")
    validate.add_argument("file", metavar="FILE", help="a JSON file, or - for standard input")
    validate.set_defaults(run=_schema_validate)


def _add_contract(commands: Commands) -> None:
    contract = commands.add_parser(
        "contract",
        help="judge a server by the contract of the API",
        description="Judge a server, real or mock, by the contract of the API.",
    )
    actions = contract.add_subparsers(metavar="ACTION", required=True, dest="action")
    _add_contract_run(actions)
    listing = actions.add_parser("list", help="list the rules, with evidence and source")
    listing.set_defaults(run=_contract_list)
    show = actions.add_parser("show", help="show one rule")
    show.add_argument("rule", metavar="RULE")
    show.set_defaults(run=_contract_show)
    for action in (listing, show):
        action.add_argument("--dialect", default="2016", help="(default: %(default)s)")


def _add_contract_run(actions: Commands) -> None:
    run = actions.add_parser(
        "run",
        help="judge a server",
        description="Judge a server. Exit status: 0 all rules kept; 1 a rule broken; "
        "2 it could not be judged. A server that gives worlds of one's own is judged in such; "
        "of any other only one machine is touched, and only with --allow-writes.",
        epilog=f"{TOKEN}, {PASSWORD} and {CONTROL_TOKEN} in the environment mean the same as "
        "--token, --password and --control-token, and do not show in the list of processes.",
    )
    option = run.add_argument
    option("--target", metavar="URL", required=True, help="where the server is")
    option("--token", metavar="T", default=os.environ.get(TOKEN) or None, help="a user's token")
    option("--vm", metavar="NAME", required=True, help="the machine that may be touched")
    option("--user", metavar="U", help="a name to log in with")
    option("--password", metavar="P", default=None, help="the password to it")
    option("--dialect", help="the spelling to expect (default: the one a mock speaks, else 2016)")
    option("--profile", choices=("quick", "ci", "deep"), default="ci", help="(default: ci)")
    option(
        "--only",
        metavar="TAG",
        action="append",
        default=[],
        help="a tag, a suite or the id of a rule to look at; may be repeated",
    )
    option("--seed", type=_seed, metavar="N", default=0, help="what lots are drawn by (default: 0)")
    option("--allow-writes", action="store_true", help="let it change things on that machine")
    option(
        "--report",
        metavar="KIND=FILE",
        action="append",
        default=[],
        type=_contract_report,
        help="write a report: junit, html, har or json; may be repeated",
    )
    option(
        "--fail-on",
        choices=("documented", "client", "assumed"),
        default="assumed",
        help="how well known a broken rule has to be to count (default: %(default)s, so all do)",
    )
    option(
        "--wait",
        metavar="WHILE",
        nargs="?",
        type=_contract_seconds,
        const=300.0,
        default=0.0,
        help="where time cannot be moved, wait for it, so long at most (default: 5m)",
    )
    option("--rps", metavar="N", type=_contract_rate, help="calls a second at most")
    option(
        "--budget",
        metavar="WHILE",
        type=_contract_seconds,
        default=600.0,
        help="how long the deep profile looks (default: 10m)",
    )
    option("--control-token", metavar="T", default=os.environ.get(CONTROL_TOKEN) or None)
    names = ("user", "dialect", "profile", "seed", "fail_on", "wait", "rps", "budget")
    run.set_defaults(run=_contract_run, defaults={name: run.get_default(name) for name in names})


def _add_lifecycle(commands: Commands) -> None:
    lifecycle = commands.add_parser(
        "lifecycle",
        help="draw the life of a request",
        description="Draw the life of a request, from the table that the mock itself runs on.",
    )
    lifecycle.add_argument("--format", choices=("mermaid", "svg", "text"), default="text")
    lifecycle.set_defaults(run=_lifecycle)


def _control(commands: Commands, name: str, purpose: str, *, again: bool = False) -> Parser:
    """Add a command that talks to a running mock, with the options all of them have.

    With `again` the command before it has them too: what was said there stands, if not said again.
    """
    command = commands.add_parser(
        name,
        help=purpose,
        description=f"{purpose.capitalize()}.",
        epilog=f"{URL} and {CONTROL_TOKEN} in the environment mean the same as "
        "--url and --control-token.",
    )
    _reached(command, again=again)

    def option(name: str, default: object = None, **more: Any) -> None:
        command.add_argument(name, default=argparse.SUPPRESS if again else default, **more)

    option("--world", metavar="NAME", help="another world than the default one")
    option("--json", False, action="store_true", help="print the answer as JSON, for programs")
    return command


def _reached(command: argparse.ArgumentParser, *, again: bool = False) -> None:
    """Add the options that say which mock is meant."""

    def option(name: str, default: object = None, **more: Any) -> None:
        command.add_argument(name, default=argparse.SUPPRESS if again else default, **more)

    option(
        "--url",
        os.environ.get(URL) or DEFAULT_URL,
        help=f"where the mock listens (default: {DEFAULT_URL})",
    )
    option("--control-token", os.environ.get(CONTROL_TOKEN) or None, metavar="T")


def _port(text: str) -> int:
    if re.fullmatch("[0-9]{1,5}", text) and int(text) <= MAXIMUM_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(f"a port is a whole number from 0 to 65535, not {text!r}")


def _rate(text: str) -> float:
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) and 0 < float(text) <= MAXIMUM_RATE:
        return float(text)
    raise argparse.ArgumentTypeError(f"a rate is a number above 0 up to a million, not {text!r}")


def _task_seconds(text: str) -> float:
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text) and float(text) <= LONGEST_WORK:
        return float(text) if "." in text else int(text)
    raise argparse.ArgumentTypeError(f"work takes 0 to 604800 seconds, a week, not {text!r}")


def _seed(text: str) -> int:
    if re.fullmatch("[0-9]{1,15}", text):
        return int(text)
    raise argparse.ArgumentTypeError(f"a seed is a whole number of up to 15 digits, not {text!r}")


def _count(text: str) -> int:
    if re.fullmatch("[0-9]{1,9}", text) and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"a number of events is 1 or more, not {text!r}")


def _while(text: str) -> str | int | float:
    """Return plain numbers as numbers, which mean seconds; the mock reads everything else."""
    if re.fullmatch("-?[0-9]{1,15}", text):
        return int(text)
    if re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,6}", text):
        return float(text)
    return text


def _contract_report(text: str) -> object:
    from vss_mock.cli_contract import report

    return report(text)


def _contract_seconds(text: str) -> float:
    from vss_mock.cli_contract import seconds

    return seconds(text)


def _contract_rate(text: str) -> float:
    from vss_mock.cli_contract import rate

    return rate(text)


def _contract_run(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_contract import run

    if arguments.user is not None and arguments.password is None:
        arguments.password = os.environ.get(PASSWORD)
    return run(arguments)


def _contract_list(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_contract import list_rules

    return list_rules(arguments)


def _contract_show(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_contract import show

    return show(arguments)


def _serve(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_serve import serve_world

    return serve_world(arguments)


def _demo(arguments: argparse.Namespace) -> int:
    if arguments.page:
        from vss_mock.cli_page import serve_page

        return serve_page(arguments)
    if arguments.port is not None:
        raise CommandError("--port: the demo chooses one by itself: add --page to serve on it")
    from vss_mock.demo import demo

    return demo()


def _clock(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_control import clock

    return clock(arguments, arguments.body(arguments))


def _state(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_control import state

    return state(arguments)


def _state_save(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_saved import save

    return save(arguments)


def _state_load(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_saved import load

    return load(arguments)


def _reset(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_control import reset

    return reset(arguments)


def _schema_list(_: argparse.Namespace) -> int:
    from vss_mock.cli_schema import list_schemas

    return list_schemas()


def _schema_show(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_schema import show

    return show(arguments.name)


def _schema_validate(arguments: argparse.Namespace) -> int:
    from vss_mock.cli_schema import validate

    return validate(arguments.name, arguments.file)


def _lifecycle(arguments: argparse.Namespace) -> int:
    from vss_mock.lifecycle_diagram import mermaid, text
    from vss_mock.lifecycle_picture import svg

    print({"mermaid": mermaid, "svg": svg, "text": text}[arguments.format]())
    return 0
