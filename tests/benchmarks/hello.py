"""The bare aiohttp server that all is measured beside; run as a script, it says where it is."""

import socket
import sys

from aiohttp import web


async def hello(request: web.Request) -> web.Response:
    """Answer one short JSON document."""
    return web.json_response({"hello": "world"})


def application() -> web.Application:
    """Return the application: one route, no middleware."""
    app = web.Application()
    app.router.add_get("/", hello)
    return app


def main() -> None:
    """Serve until told to stop."""
    bound = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{bound.getsockname()[1]}"

    def ready(*_: object) -> None:
        sys.stdout.write(url + "\n")
        sys.stdout.flush()

    web.run_app(application(), sock=bound, access_log=None, print=ready)


if __name__ == "__main__":
    main()
