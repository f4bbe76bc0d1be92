"""A call to one of several mocks behind nginx, beside the same call made directly."""

import shutil
import tempfile
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.benchmarks import load, processes
from tests.benchmarks.load import Job, request
from tests.benchmarks.table import Row
from tests.benchmarks.timing import ratio, spell_seconds
from tests.scale import proxy
from vss_mock.client import Client

TARGET = "/v2/request"
LOGIN = {"Authorization": f"Basic {b64encode(b'jm:jm').decode()}"}


def measure(quick: bool) -> Sequence[Row]:
    """Measure one client's calls by a fixed token, and by an issued one, which nginx asks about."""
    if shutil.which("nginx") is None:
        return [Row("nginx is not here", "", "", 0)]
    rounds, seconds = (3, 0.2) if quick else (7, 0.5)
    with (
        tempfile.TemporaryDirectory() as folder,
        processes.running(processes.SERVE) as mock,
        proxy.serving([mock.port] * 3, Path(folder, "n")) as port,
        load.client() as client,
    ):
        with Client(f"http://127.0.0.1:{mock.port}") as login:
            issued = login.post("/auth/request-token", headers=LOGIN)["token"]
        jobs = {
            (how, where): Job(
                at,
                mock.pid,
                request("GET", TARGET, f"Authorization: Bearer {token}\r\n"),
                1,
                seconds,
            )
            for how, token in (("fixed", "demo-token"), ("issued", issued))
            for where, at in (("direct", mock.port), ("nginx", port))
        }
        took: dict[tuple[str, str], list[float]] = {key: [] for key in jobs}
        for _ in range(rounds):
            for key, job in jobs.items():
                took[key].append(client.do(job).p50)
    return [
        Row(
            f"GET {TARGET} by {what} token, through nginx : directly",
            f"{ratio(took[how, 'nginx'], took[how, 'direct']):.2f}",
            " : ".join(spell_seconds(median(took[how, where])) for where in ("nginx", "direct")),
            rounds,
        )
        for how, what in (("fixed", "a fixed"), ("issued", "an issued"))
    ]
