"""The pytest plugin: the fixture `vss`, a fresh world for each test; its marker and its options.

Loading it imports nothing but pytest. The mock, or its client, is loaded when a fixture first runs.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vss_mock.client import Client
    from vss_mock.embedded import World

MARKER = (
    "vss_world(**settings): the world of the `vss` fixture, by the members of a world file: "
    "dialect, clock, rate, start, seed, users, vms, history, task_seconds, faults, holds; or "
    "saved, the file of a saved world, beside the test's own file"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that point at a mock which runs elsewhere."""
    group = parser.getgroup("vss-mock", "the mock of the VSS API")
    group.addoption(
        "--vss-url",
        metavar="URL",
        help="make worlds in the mock that runs at URL, instead of starting one",
    )
    group.addoption(
        "--vss-control-token",
        metavar="TOKEN",
        help="the control token of that mock",
    )
    contract = parser.getgroup("vss-mock-contract", "the contract of the VSS API")
    add = contract.addoption
    add("--vss-token", metavar="TOKEN", help="a user's token at --vss-url, to judge it by")
    add("--vss-vm", metavar="NAME", help="the virtual machine there that may be touched")
    add("--vss-user", metavar="NAME", help="a name to log in with there")
    add("--vss-password", metavar="PASSWORD", help="the password to it")
    add("--vss-allow-writes", action="store_true", help="let the contract change that machine")
    add("--vss-profile", choices=("quick", "ci"), default="quick", help="how long to look")
    add("--vss-seed", type=int, default=0, metavar="N", help="what lots are drawn by")
    add("--vss-dialect", metavar="YEAR", help="the spelling to expect, if not that of the mock")
    add(
        "--vss-fail-on",
        choices=("documented", "client", "assumed"),
        default="assumed",
        help="how well known a broken rule has to be to fail",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and check what needs no mock to be checked."""
    config.addinivalue_line("markers", MARKER)
    if config.getoption("--vss-control-token") and not config.getoption("--vss-url"):
        raise pytest.UsageError("--vss-control-token: there is no use for it without --vss-url")


@pytest.fixture(scope="session")
def _vss_control(request: pytest.FixtureRequest) -> "Iterator[Client]":
    """Give the connection to the mock of this session, started here unless it runs elsewhere."""
    from vss_mock.client import Client, ClientError

    url = request.config.getoption("--vss-url")
    if url is None:
        from vss_mock.embedded import Mock

        with Mock() as mock, Client(mock.url) as client:
            yield client
        return
    token = request.config.getoption("--vss-control-token")
    try:
        client = Client(url, control_token=token)
        client.get("/_mock/health")
    except (ClientError, ValueError) as problem:
        pytest.fail(f"--vss-url: {problem}", pytrace=False)
    with client:
        yield client


@pytest.fixture(scope="session")
def _vss_names(request: pytest.FixtureRequest) -> "Iterator[str] | None":
    """Give names of worlds that no other run of tests has, where the mock runs elsewhere.

    Several runs may share it, and it may be several mocks that find a world by its name. Within a
    run of several processes the names are of the run and of the process, else of this machine and
    of this process. A name that somebody has after all the mock refuses: the next one is tried.
    """
    import os
    import platform

    from vss_mock import naming

    if request.config.getoption("--vss-url") is None:
        return None
    of_worker = getattr(request.config, "workerinput", None)
    if of_worker is None:
        return naming.of_run(platform.node(), str(os.getpid()))
    return naming.of_run(of_worker["testrunuid"], of_worker["workerid"])


@pytest.fixture
def vss(
    request: pytest.FixtureRequest, _vss_control: "Client", _vss_names: "Iterator[str] | None"
) -> "Iterator[World]":
    """Give a fresh world of a running mock, its clock frozen.

    It is deleted after the test, and so are the worlds that the test made from it.
    """
    from vss_mock.client import ControlError
    from vss_mock.embedded import create_world

    settings = _settings(request.node)
    try:
        world = create_world(_vss_control, settings, None if "name" in settings else _vss_names)
    except (ControlError, OSError, ValueError) as problem:
        pytest.fail(f"the world of {request.node.nodeid}: {problem}", pytrace=False)
    yield world
    for own in (world, *world.made):
        try:
            own.delete()
        except ControlError as problem:
            # A test may delete its worlds itself.
            if problem.status_code != 404:
                raise


def _settings(node: Any) -> dict[str, Any]:
    """Return the settings of the closest marker. Its arguments must all have names."""
    marker = node.get_closest_marker("vss_world")
    if marker is None:
        return {}
    if marker.args:
        pytest.fail(
            f"vss_world takes settings by name only, as in vss_world(seed=1): {marker.args!r}",
            pytrace=False,
        )
    settings = dict(marker.kwargs)
    if isinstance(settings.get("saved"), str | Path):
        settings["saved"] = node.path.parent / settings["saved"]
    return settings
