"""nginx under the very docker/nginx.conf, but for addresses and places of files."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.meta.checkout import text

CONF = "docker/nginx.conf"
SERVER = re.compile(r"^( +server) mock-1:8001(.*;)$", re.MULTILINE)
OTHER_SERVERS = re.compile(r"^ +server mock-[2-9]:8001.*\n", re.MULTILINE)


def found() -> str:
    """Return the nginx of this machine. Skips where there is none, fails where there has to be."""
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if nginx is None:
        if os.environ.get("CI"):
            pytest.fail("there is no nginx here, which .ci/run installs")
        pytest.skip("there is no nginx here: apt-get install nginx, or its like")
    return nginx


def rendered(mocks: Sequence[int], port: int, folder: Path) -> str:
    """Return the configuration with mocks on ports of this machine, listening on one of them."""
    conf = OTHER_SERVERS.sub("", text(CONF))
    lines = [rf"\1 127.0.0.1:{mock}\2" for mock in mocks]
    conf, count = SERVER.subn("\n".join(lines), conf)
    assert count == 2
    assert "listen 8001;" in conf
    conf = conf.replace("listen 8001;", f"listen 127.0.0.1:{port};")
    assert "mock-" not in conf
    return conf.replace("/var/cache/nginx/", f"{folder}/")


@contextmanager
def serving(mocks: Sequence[int], folder: Path) -> Iterator[int]:
    """Run nginx before mocks that listen on these ports; give its own port.

    It inherits a socket that listens already, so no port is guessed and nobody waits for it.
    """
    nginx = found()
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        # nginx takes it for its own, and its own do not block: workers would wait there for ever.
        listening.setblocking(False)
        port: int = listening.getsockname()[1]
        conf = folder / "nginx.conf"
        conf.write_text(rendered(mocks, port, folder))
        number = listening.fileno()
        with (folder / "said").open("wb") as said:
            process = subprocess.Popen(
                [nginx, "-p", folder, "-e", "stderr", "-c", conf, "-g", "daemon off;"],
                env={**os.environ, "NGINX": f"{number};"},
                pass_fds=(number,),
                stderr=said,
            )
    try:
        yield port
    finally:
        process.terminate()
        process.wait(20)
