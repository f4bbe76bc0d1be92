"""The rules of the contract as tests, for `pytest --vss-url URL ... --pyargs vss_mock.contract`.

Each rule is a test; all that are selected are judged in one run, when the first of them is.
"""

from typing import Any

import pytest

import vss_mock
from vss_mock.contract.rules import NOT_OBSERVED, Finding, Outcome
from vss_mock.contract.verdicts import NoInk, broken_lines

NEEDED = ("--vss-url", "--vss-token", "--vss-vm")
DIALECT = pytest.StashKey[str]()
"""Where the configuration keeps the dialect that is judged by, once it is known."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each rule."""
    from vss_mock.contract.runner import open_book  # noqa: PLC0415  # it loads heavy libraries

    option = metafunc.config.getoption
    missing = [name for name in NEEDED if not option(name)]
    if missing:
        raise pytest.UsageError(f"the contract cannot be judged without {', '.join(missing)}")
    try:
        rules = open_book(_dialect(metafunc.config)).rules()
    except ImportError as problem:
        raise pytest.UsageError(
            f"the contract suite needs {problem.name}: pip install 'vss-mock[contract]'"
        ) from problem
    metafunc.parametrize("rule", [rule.id for rule in rules])


def _wanted(config: pytest.Config) -> Any:
    """Return whom to judge, and what may be done there."""
    from vss_mock.contract.targets import Wanted  # noqa: PLC0415  # only a run needs it

    option = config.getoption
    return Wanted(
        url=option("--vss-url"),
        token=option("--vss-token"),
        vm=option("--vss-vm"),
        user=option("--vss-user"),
        password=option("--vss-password"),
        control_token=option("--vss-control-token"),
        allow_writes=option("--vss-allow-writes"),
    )


def _dialect(config: pytest.Config) -> str:
    """Return the dialect that is asked for, else the one that a mock's world speaks, else 2016."""
    if DIALECT not in config.stash:
        asked = config.getoption("--vss-dialect")
        config.stash[DIALECT] = asked or _spoken(config) or "2016"
    return config.stash[DIALECT]


def _spoken(config: pytest.Config) -> str | None:
    """Return the dialect of the mock's world; None of a server that tells none."""
    from vss_mock.contract.patience import RealWall  # noqa: PLC0415  # only a run needs them
    from vss_mock.contract.secrets import Secrets  # noqa: PLC0415
    from vss_mock.contract.targets import CannotJudge, Target  # noqa: PLC0415
    from vss_mock.contract.traffic import Traffic  # noqa: PLC0415

    wall = RealWall()
    try:
        target = Target(_wanted(config), wall, Traffic(wall, keep=False), Secrets(), seed=0)
    except CannotJudge:  # it is told of where there is a run
        return None
    try:
        return target.find_dialect()
    finally:
        target.close()


class _Quiet:
    """Listens to a run and tells nothing: pytest does."""

    def begin(self, suite: str, steps: int) -> None:
        """Pass over."""

    def step(self, what: str) -> None:
        """Pass over."""

    def found(self, finding: Finding) -> None:
        """Pass over."""

    def say(self, text: str) -> None:
        """Pass over."""


@pytest.fixture(scope="session")
def judged(request: pytest.FixtureRequest) -> Any:
    """Judge the server by the selected rules, once."""
    from vss_mock.contract.patience import RealWall  # noqa: PLC0415  # only a run needs them
    from vss_mock.contract.runner import Judge, Options, open_book  # noqa: PLC0415
    from vss_mock.contract.secrets import Secrets  # noqa: PLC0415
    from vss_mock.contract.targets import CannotJudge, Target  # noqa: PLC0415
    from vss_mock.contract.traffic import Traffic  # noqa: PLC0415

    option = request.config.getoption
    selected = {
        str(item.callspec.params["rule"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module.__name__ == __name__
    }
    wall, secrets = RealWall(), Secrets()
    traffic = Traffic(wall, keep=False)
    options = Options(
        profile=option("--vss-profile"),
        only=tuple(sorted(selected)),
        seed=option("--vss-seed"),
        fail_on=option("--vss-fail-on"),
        dialect=_dialect(request.config),
        version=vss_mock.__version__,
    )
    book = open_book(options.dialect)
    try:
        target = Target(_wanted(request.config), wall, traffic, secrets, options.seed)
        return Judge(target, book, options, traffic, wall, _Quiet()).run()
    except CannotJudge as problem:
        pytest.exit(f"the contract cannot be judged: {secrets.hide(str(problem))}", returncode=2)


def test_rule(rule: str, judged: Any) -> None:
    """Pass if the server kept a rule, skip if nothing showed whether it does."""
    outcome: Outcome = next(one for one in judged.outcomes if one.rule.id == rule)
    if judged.fails(outcome):
        pytest.fail("\n".join(broken_lines(outcome, judged, NoInk())), pytrace=False)
    if outcome.verdict == NOT_OBSERVED:
        pytest.skip(f"not observed: {outcome.why}")
