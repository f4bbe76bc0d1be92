"""What a page has to be for people who hear it, who see little, and who point with a finger.

audit.js looks at what is drawn; each function here returns what is wrong about it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAMED = {
    *("button", "checkbox", "combobox", "complementary", "dialog", "form", "link", "log"),
    *("region", "searchbox", "spinbutton", "tab", "tablist", "tabpanel", "textbox"),
}
"""The roles of what has to have a name."""

FOREIGN = ".swagger-ui"
"""A selector of what others have made, and what is not judged here."""
SOURCE = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")


def structure(page: "Page") -> list[str]:
    """Return what is wrong about how the document is built, and which of its parts have no name."""
    nodes = [node for node in _tree(page) if node["role"]["value"] in NAMED]
    assert len(nodes) > 5, "nothing is heard of this page"
    nameless = [
        f"no name: {node['role']['value']} {node.get('properties')}"
        for node in nodes
        if not node.get("name", {}).get("value", "").strip()
    ]
    return nameless + list(_ask(page, "structure()"))


def heard(page: "Page") -> set[str]:
    """Return the roles of what a screen reader is told of."""
    return {node["role"]["value"] for node in _tree(page)}


def contrast(page: "Page") -> list[str]:
    """Return what stands out too little from its ground, as WCAG 2.2 AA has it."""
    result = _ask(page, "contrast()")
    assert result["looked"] > 20, "nothing is seen of this page"
    return list(result["wrong"])


def fits(page: "Page") -> list[str]:
    """Return what is cut, hidden by something else, or needs scrolling that it should not."""
    return list(_ask(page, "fits()"))


def small(page: "Page", least: int = 24) -> list[str]:
    """Return what is too small for a finger, of what is pressed. The width of a bar is a time."""
    return list(_ask(page, f"small({least})"))


def _tree(page: "Page") -> list[dict[str, Any]]:
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [node for node in nodes if not node["ignored"]]


def _ask(page: "Page", call: str) -> Any:
    return page.evaluate(f"({SOURCE})({FOREIGN!r}).{call}")
