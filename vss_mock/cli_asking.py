"""How commands ask a running mock: where in its control API a world is, and one call of it."""

import argparse
import re
from collections.abc import Mapping
from typing import Any

from vss_mock.client import Client, ClientError
from vss_mock.terminal import CommandError

WORLD_NAME = r"[a-z0-9][a-z0-9_-]{0,63}"


def path_of(world: str | None, resource: str) -> str:
    """Return the path of a resource of a world; None means the default one, by the short form."""
    if world is None:
        return f"/_mock/{resource}"
    if not re.fullmatch(WORLD_NAME, world):
        raise CommandError(
            f"--world: {world!r} is no name of a world: up to 64 of a-z, 0-9, _ and -"
        )
    return f"/_mock/worlds/{world}/{resource}"


def ask(
    arguments: argparse.Namespace,
    method: str,
    path: str,
    body: Mapping[str, Any] | bytes | None = None,
) -> Any:
    """Return what the mock answers to one call; raise CommandError in its words if it refuses."""
    try:
        with Client(arguments.url, control_token=arguments.control_token) as client:
            return client.call(method, path, body)
    except (ClientError, ValueError) as problem:
        raise CommandError(str(problem)) from problem
