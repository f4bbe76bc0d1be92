"""A person who has a keyboard and no mouse: goes from stop to stop, and sees where they are."""

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    import re

    from playwright.sync_api import Locator, Page

STOPS = 60
"""How often Tab is pressed before what is looked for counts as out of reach."""
WATCH = """() => {
  let last;
  window.lost = [];
  const look = () => {
    const at = document.activeElement;
    if (at !== document.body) last = at.outerHTML.slice(0, 120);
    else if (last) {
      window.lost.push(last);
      last = null;
    }
    requestAnimationFrame(look);
  };
  look();
}"""
"""Notes in each frame that is drawn whether the keyboard has lost its place, and where it was."""
PLACE = """() => {
  const at = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const { top, right, bottom, left } = at.getBoundingClientRect();
  return {
    what: at.outerHTML.slice(0, 120),
    outlined: outlineStyle === "solid" && parseFloat(outlineWidth) >= 2,
    seen: bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
  };
}"""
FOCUSED = "element => element === document.activeElement"


class Keyboard:
    """The keyboard of a page."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        page.evaluate(WATCH)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, where the keyboard is."""
        for key in keys:
            self.page.keyboard.press(key)

    def go(self, role: Any, name: "str | re.Pattern[str]", *, back: bool = False) -> "Locator":
        """Press Tab until the keyboard is at what has this role and name. Each stop is seen."""
        wanted = self.page.get_by_role(role, name=name, exact=isinstance(name, str))
        for _ in range(STOPS):
            self.press("Shift+Tab" if back else "Tab")
            self.sees()
            if any(each.evaluate(FOCUSED) for each in wanted.all()):
                return self.page.locator(":focus")
        raise AssertionError(f"Tab does not come to the {role} {name!r}")

    def sees(self) -> None:
        """Check that it can be seen where the keyboard is."""
        place = self.page.evaluate(PLACE)
        assert place["outlined"], place
        assert place["seen"], place

    def at(self, role: Any, name: "str | re.Pattern[str]") -> "Locator":
        """Wait until the keyboard is at what has this role and name."""
        wanted = self.page.get_by_role(role, name=name, exact=isinstance(name, str))
        expect(wanted.and_(self.page.locator(":focus"))).to_have_count(1)
        return wanted

    def was_never_lost(self) -> None:
        """Check that the keyboard had a place in each frame since it first had one."""
        assert self.page.evaluate("lost") == []
        assert self.page.evaluate("document.activeElement !== document.body")
