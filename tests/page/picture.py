"""Takes the picture of the page that the README shows: `make picture`.

A mock of its own is given a day's work, its clock is stopped in the middle of it, and the page is
looked at as a visitor would.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from tests.meta.checkout import ROOT
from tests.page.browser import launched
from vss_mock import Mock

if TYPE_CHECKING:
    from playwright.sync_api import Page

FILE = ROOT / "page.png"
SIZE = {"width": 1280, "height": 720}
SNAPSHOTS = (
    ("1606T-coreos0", "2016-07-29 14:00", 12, "before upgrading very important module"),
    ("1605P-web1", "2016-07-29 15:30", 24, "new certificates"),
    ("1605P-web2", "2016-07-29 22:00", 24, "new certificates"),
    ("1603P-db1", "2016-07-30 01:00", 48, "schema change"),
)
"""What is asked for at first: machine, date, hours, and why."""
STOPS_AT = "2016-07-29T20:15"
"""When the picture is taken, in Toronto: some snapshots are there, others are to come."""


def prepare(vss: Mock) -> None:
    """Give the demo world what there is to see."""
    machines = {machine.name: machine.uuid for machine in vss.vms}
    for name, date, hours, why in SNAPSHOTS:
        body: dict[str, str | int] = {
            "from_date": date,
            "valid_for": hours,
            "description": why,
        }
        url = f"{vss.url}/v2/vm/{machines[name]}/snapshot"
        requests.post(url, json=body, headers=vss.headers, timeout=10).raise_for_status()
    vss.hold("delete", vm="1606T-coreos0")
    vss.clock.advance_to(STOPS_AT)


def look(page: "Page") -> None:
    """Bring the page to what the picture shows, and wait until it is there."""
    page.goto("/_mock/")
    page.wait_for_load_state("load")
    page.wait_for_timeout(1000)  # an open stream of events leaves no other end to wait for


def take(file: Path, scheme: str) -> None:
    """Take the picture."""
    with Mock() as vss, launched() as browser:
        prepare(vss)
        context = browser.new_context(base_url=vss.url, color_scheme=scheme, viewport=SIZE)  # type: ignore[arg-type]
        page = context.new_page()
        look(page)
        page.screenshot(path=file)
        context.close()


def main() -> None:
    """Take the picture that the command line asks for."""
    parser = argparse.ArgumentParser(description="Take the picture of the page.")
    parser.add_argument("--file", type=Path, default=FILE, help="where to (default: page.png)")
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    arguments = parser.parse_args()
    take(arguments.file, arguments.scheme)
    print(f"{arguments.file}: {arguments.file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
