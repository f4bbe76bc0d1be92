"""Documents as bytes: UTF-8 JSON, keys in alphabetical order, nothing escaped that need not be."""

from typing import Any

import orjson


def render(document: Any) -> bytes:
    """Return a document as the bytes of an answer; equal documents give equal bytes."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
