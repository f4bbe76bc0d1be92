"""HTML in which no text can become markup: elements are made here, and all else is escaped."""

import html
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

EMPTY = frozenset({"meta", "rect", "wbr"})
"""Elements without an end, or without anything inside."""


class Html(NamedTuple):
    """Markup, which only `element` makes."""

    text: str


Inside: TypeAlias = "Html | str | Iterable[Inside] | None"
"""What may stand in an element: markup, texts, which are escaped, lists of both, nothing."""


def element(name: str, /, *inside: Inside, **attributes: str | int | None) -> Html:
    """Return an element. An attribute that is None is left out; `class_` is `class`."""
    told = "".join(
        f' {key.strip("_").replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in EMPTY:
        return Html(f"<{name}{told}{'/' if name == 'rect' else ''}>")
    return Html(f"<{name}{told}>{''.join(_spell(inside))}</{name}>")


def raw(name: str, text: str) -> Html:
    """Return an element whose text is no markup and is not escaped: a style sheet of our own."""
    return Html(f"<{name}>{text}</{name}>")


def _spell(inside: Inside) -> Iterable[str]:
    if isinstance(inside, Html):
        yield inside.text
    elif isinstance(inside, str):
        yield html.escape(inside, quote=False)
    elif inside is not None:
        for part in inside:
            yield from _spell(part)
