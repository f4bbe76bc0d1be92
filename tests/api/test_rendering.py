"""Documents as bytes, and the room that they take."""

import tracemalloc

from vss_mock.api.rendering import render


def test_equal_documents_are_equal_bytes_whatever_the_order_of_their_members() -> None:
    assert render({"b": [1, "é"], "a": None}) == '{"a":null,"b":[1,"é"]}'.encode()
    assert render({"a": None, "b": [1, "é"]}) == render({"b": [1, "é"], "a": None})


def test_what_is_kept_takes_no_more_room_than_it_needs() -> None:
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        kept = [render({"number": number}) for number in range(1_000)]
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 1_000 * (len(kept[-1]) + 100)
