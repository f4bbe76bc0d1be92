"""Where a server may listen, and for how many clients the operating system has room."""

import asyncio
import errno
import ipaddress
import os
import socket
from contextlib import suppress
from dataclasses import replace
from types import ModuleType

from vss_mock.http_hosts import CannotServe
from vss_mock.http_limits import Limits

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows, which has no limit on open files to ask about
    resource = None

SPARE_FILES = 64
"""Open files kept for other things than connections."""


class CannotBind(CannotServe):
    """The address is taken, unknown or not for us."""


async def bind(host: str, port: int, *, guarded: bool) -> socket.socket:
    """Return a socket bound to the first address of a host, an IPv4 one if there is one.

    One only: a second socket for `localhost` would have another port when the port is 0.
    """
    if host in {"", "*"}:
        raise CannotBind("no host to bind was given; for every interface, say 0.0.0.0")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, OverflowError):
        raise CannotBind(f"the host {host!r} is unknown") from None
    family, kind, protocol, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    if not guarded and not ipaddress.ip_address(address[0]).is_loopback:
        raise CannotBind(
            f"binding {host} lets other machines in: that needs a --control-token, "
            "without which anyone could move the clock"
        )
    bound = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except (OSError, OverflowError) as problem:
        bound.close()
        raise CannotBind(f"{host} port {port} cannot be had: {_why(problem)}") from None
    return bound


def _why(problem: Exception) -> str:
    number = problem.errno if isinstance(problem, OSError) else None
    if number == errno.EADDRINUSE:
        return "something else listens there"
    if number == errno.EADDRNOTAVAIL:
        return "this machine has no such address"
    if number == errno.EACCES:
        return "low ports are reserved for the system"
    return str(problem)


def affordable(limits: Limits) -> Limits:
    """Return the limits, with no more connections than this process may open files."""
    if resource is None:
        return limits
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return limits
    room = max(files - SPARE_FILES, SPARE_FILES)
    return replace(limits, connections=min(limits.connections, room))


def ask_for_files(wanted: int) -> None:
    """Ask for so many open files: only of a process of our own, never of one that embeds us."""
    if resource is not None:
        files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        if resource.RLIM_INFINITY not in {files, most} and files < wanted:
            with suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, most), most))
