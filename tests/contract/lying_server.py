"""A socket behind which somebody tells lies about a place: for clients that are not our own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from vss_mock.contract.places import Place
from vss_mock.contract.transport import Answer, Http, Transport

NOT_HANDED_ON = {"content-length", "connection", "transfer-encoding"}


@contextmanager
def lying(
    place: Place, lie: Callable[[Transport], Transport], *, mounted: str = ""
) -> Iterator[str]:
    """Give the URL of a server that hands calls on to a place and answers through a lie.

    What it links to is itself; it hands its calls on one after the other.
    """
    http = Http(place.url)
    lock = threading.Lock()

    def tell(*call: Any) -> Answer:
        answer = http(*call)
        return answer._replace(body=answer.body.replace(place.url.encode(), url.encode()))

    send = lie(tell)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536  # an answer leaves whole, so that nobody waits for its second half

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.hand_on
            raise AttributeError(name)

        def hand_on(self) -> None:
            path, _, query = self.path.removeprefix(mounted).partition("?")
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length) if length else None
            headers = {
                name: value
                for name, value in self.headers.items()
                if name.lower() not in {"host", *NOT_HANDED_ON}
            }
            try:
                with lock:
                    answer = send(self.command, path, query, headers, body)
            except OSError:
                self.close_connection = True
                return
            self.send_response_only(answer.status)
            for name in answer.headers.keys() - NOT_HANDED_ON:
                self.send_header(name, answer.headers[name])
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients may hang up
    url = f"http://127.0.0.1:{server.server_address[1]}{mounted}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        http.close()
