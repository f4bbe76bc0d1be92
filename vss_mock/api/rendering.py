"""Documents as bytes: UTF-8 JSON, keys in alphabetical order, nothing escaped that need not be."""

from typing import Any

import orjson


def render(document: Any) -> bytes:
    """Return a document as the bytes of an answer; equal documents give equal bytes."""
    # What orjson returns holds on to all the room that it began with, 4 kB and more; journals and
    # kept answers are many, so each is copied to the room that it needs.
    return bytes(memoryview(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)))
