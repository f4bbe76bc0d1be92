"""The guided tour: its steps do what they say, with a browser and without one."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import jsonschema
import requests
from playwright.sync_api import expect

from tests.cli.running import COMMAND, environment
from tests.page.opened import Opened
from vss_mock import Mock, resources

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEXT = {"type": "string", "minLength": 1}
NAME = {"type": "string", "pattern": "^[a-z_]+$"}
NUMBER = {"type": "integer", "minimum": 1}


def closed(required: list[str], **properties: Any) -> dict[str, Any]:
    """Return the schema of an object that has no other members."""
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


DEED = {
    "oneOf": [
        closed(
            ["call"],
            call={
                "type": "string",
                "pattern": r"^(GET|POST|PUT|PATCH|DELETE) (/v2/|worlds/)[a-z0-9/{}]+$",
            },
            body={"type": "object"},
            refused={"const": True},
            **{"as": NAME},
        ),
        closed(["fork"], fork=NAME),
        closed(
            ["show"],
            show={
                "oneOf": [
                    closed(["tab"], tab={"enum": ["Snapshot", "Faults", "Journal"]}),
                    closed(["request"], request=NUMBER),
                ]
            },
        ),
    ]
}
CHECK = closed(
    ["target", "member", "is"],
    world={"type": "string", "pattern": r"^\{[a-z_]+\}$"},
    target={"type": "string", "pattern": "^/v2/"},
    member={"type": "string", "pattern": r"^(status_code|body(\.[a-zA-Z0-9_]+)+)$"},
    **{"is": True},
)
STEP = closed(
    ["title", "text", "do", "see"],
    title=TEXT,
    text=TEXT,
    do={"type": "array", "items": DEED, "minItems": 1},
    see={"type": "array", "items": CHECK, "minItems": 1},
)
SHAPE = closed(
    ["world", "steps"],
    world=closed(
        ["dialect", "clock", "start"],
        dialect={"enum": ["2016", "2019", "2026"]},
        clock={"const": "frozen"},
        start=TEXT,
    ),
    steps={"type": "array", "items": STEP, "minItems": 1},
)


def tour() -> Any:
    """Return the tour as the page is given it."""
    found = resources.page_file("tour.json")
    assert found is not None
    return json.loads(found)


class Walk:
    """The tour, walked as the page walks it: by calls that anybody may make."""

    def __init__(self, url: str, world: Any) -> None:
        self.url = url
        made = self.send("PUT", "/_mock/worlds/tour", world).json()
        self.known = {
            "world": "tour",
            "vm": made["vms"][0]["uuid"],
            "token": made["users"][0]["token"],
        }

    def send(self, method: str, path: str, body: Any = None, token: str = "") -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.request(method, f"{self.url}{path}", json=body, headers=headers, timeout=10)

    def filled(self, value: Any) -> Any:
        """Put what is known in the place of names in braces."""
        text = re.sub(r"\{(\w+)\}", lambda found: self.known[found[1]], json.dumps(value))
        return json.loads(text)

    def does(self, deed: Any) -> None:
        if "fork" in deed:
            name = deed["fork"]
            path = f"/_mock/worlds/{self.known['world']}/fork?beside=true"
            made = self.send("POST", path, {}).json()
            self.known |= {name: made["name"], f"{name}_token": made["users"][0]["token"]}
        elif "call" in deed:
            method, path = deed["call"].split()
            token = self.known[deed.get("as", "token")] if path.startswith("/") else ""
            target = path if token else f"/_mock/{path}"
            answer = self.send(method, target, deed.get("body"), token)
            assert answer.ok != deed.get("refused", False), answer.text
        else:
            request = deed["show"].get("request")
            if request is not None:
                path = f"/_mock/worlds/{self.known['world']}/requests/snapshot/{request}"
                assert self.send("GET", path).ok

    def sees(self, check: Any) -> Any:
        """Return the member of an answer that a check is about."""
        world = check.get("world", self.known["world"])
        path = f"/_mock/worlds/{world}/peek?target={check['target']}"
        value = self.send("GET", path).json()["answer"]
        for name in check["member"].split("."):
            value = value[int(name)] if isinstance(value, list) else value[name]
        return value


def test_it_has_the_shape_that_the_page_reads() -> None:
    jsonschema.Draft202012Validator.check_schema(SHAPE)
    jsonschema.validate(tour(), SHAPE, jsonschema.Draft202012Validator)


def test_its_steps_do_and_show_what_they_say_without_a_browser() -> None:
    told = tour()
    with Mock() as vss:
        walk = Walk(vss.url, told["world"])
        for step in told["steps"]:
            for deed in step["do"]:
                walk.does(walk.filled(deed))
            for check in step["see"]:
                filled = walk.filled(check)
                assert walk.sees(filled) == filled["is"], (step["title"], filled)
        assert list(vss.journal.calls()) == []


def walked(opened: Opened) -> None:
    """Click through the whole tour; all that it checks is good."""
    page = opened.page
    steps = tour()["steps"]
    panel = page.get_by_role("region", name="Guided tour")
    panes = page.get_by_role("region", name=re.compile("^World tour-"))
    forked = False
    for number, step in enumerate(steps, 1):
        title = f"{number} of {len(steps)}: {step['title']}"
        expect(panel.get_by_role("heading")).to_have_text(title)
        expect(panel.get_by_role("status")).to_have_text(step["text"])
        on = panel.get_by_role("button", name="Next" if number < len(steps) else "End")
        expect(on).to_be_focused()
        checks = panel.get_by_role("listitem").all_inner_texts()
        assert len(checks) == len(step["see"])
        assert all(check.startswith("✓ ") for check in checks), checks
        forked = forked or any("fork" in deed for deed in step["do"])
        expect(panes).to_have_count(2 if forked else 1)
        on.press("Enter")
    expect(panel).to_be_hidden()
    assert forked


def test_the_whole_of_it_is_walked_in_a_browser(opened: Opened) -> None:
    opened.page.goto("/_mock/")
    opened.page.get_by_role("button", name="Tour", exact=True).click()
    opened.allow("status of 400.*/snapshot")
    walked(opened)
    assert list(opened.vss.journal.calls()) == []


@contextmanager
def demo() -> Iterator[str]:
    """Run `vss-mock demo --page`; give the address that it prints."""
    process = subprocess.Popen(
        [*COMMAND, "demo", "--page", "--port", "0"],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("The page: ").rstrip()
    finally:
        process.kill()
        process.communicate()


def test_the_demo_prints_where_the_page_begins_with_it(browser: "Browser") -> None:
    with demo() as address:
        base, query = address.split("/_mock/")
        opened = Opened(browser, cast("Mock", SimpleNamespace(url=base)))
        opened.page.goto(f"/_mock/{query}")
        panel = opened.page.get_by_role("region", name="Guided tour")
        expect(panel.get_by_role("listitem")).to_have_text(re.compile(r"^✓ .* \"Submitted\"$"))
        panel.get_by_role("button", name="Leave").click()
        expect(panel).to_be_hidden()
        assert opened.close() == []
