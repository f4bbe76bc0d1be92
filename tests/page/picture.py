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
    ("1603P-db1", "2016-07-29 13:00", 36, "schema change"),
    ("1603P-db2", "2016-07-29 13:00", 6, "schema change"),
    ("1604Q-build", "2016-07-30 01:00", 20, "a larger disk"),
    ("1512P-ldap", "2016-07-29 18:00", 12, "new schema"),
)
"""What is asked for at first: machine, date, hours, and why."""
WORKS_UNTIL, STOPS_AT = "2016-07-29T17:30", "2016-07-29T20:15"
"""When clients come back, and when the picture is taken, in Toronto."""


def prepare(vss: Mock) -> None:
    """Give the demo world what there is to see: one extended, one deleted by hand, one failed."""
    machines = {machine.name: f"{vss.url}/v2/vm/{machine.uuid}" for machine in vss.vms}
    with requests.Session() as client:
        client.headers.update(vss.headers)
        for name, date, hours, why in SNAPSHOTS:
            body: dict[str, str | int] = {"from_date": date, "valid_for": hours, "description": why}
            client.post(f"{machines[name]}/snapshot", json=body, timeout=10).raise_for_status()
        vss.faults.add("work-fails", event="take", reason="no_disk_space", nth=5)
        vss.clock.advance_to(WORKS_UNTIL)
        longer: dict[str, str | int] = {"attribute": "duration", "value": 12}
        extended = client.put(f"{vss.url}/v2/request/snapshot/2", json=longer, timeout=10)
        deleted = client.delete(f"{machines['1603P-db1']}/snapshot/1", timeout=10)
        for answer in (extended, deleted):
            answer.raise_for_status()
    vss.clock.advance_to(STOPS_AT)


def look(page: "Page") -> None:
    """Bring the page to what the picture shows, and wait until it is there."""
    page.goto("/_mock/")
    page.get_by_role("button", name="request 2:").click()
    page.get_by_role("tab", name="curl").first.wait_for()


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
