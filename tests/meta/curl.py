"""Does what README's curl lines ask, where there is no curl: -s -X -H -d -u and a URL."""

import argparse
import base64
import sys
import urllib.error
import urllib.request


def main() -> int:
    """Make the call; print the answer's body, whatever its status code, as curl does."""
    parser = argparse.ArgumentParser(prog="curl")
    parser.add_argument("-s", "--silent", action="store_true")
    parser.add_argument("-X", "--request")
    parser.add_argument("-H", "--header", action="append", default=[])
    parser.add_argument("-d", "--data")
    parser.add_argument("-u", "--user")
    parser.add_argument("url")
    given = parser.parse_args()
    request = urllib.request.Request(given.url, method=given.request)
    if given.data is not None:
        request.data = given.data.encode()
    for header in given.header:
        name, _, value = header.partition(":")
        request.add_header(name, value.strip())
    if given.user is not None:
        request.add_header(
            "Authorization", f"Basic {base64.b64encode(given.user.encode()).decode()}"
        )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            sys.stdout.write(answer.read().decode())
    except urllib.error.HTTPError as refused:
        with refused:
            sys.stdout.write(refused.read().decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
