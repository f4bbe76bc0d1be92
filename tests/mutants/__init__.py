"""Broken servers: each is the mock with one thing falsified, told to the contract suite.

Nothing of the mock is imported here, since a lie has to be in place before it is.
"""

from tests.mutants import (
    lies_accepted,
    lies_account,
    lies_bounds,
    lies_changes,
    lies_codes,
    lies_counts,
    lies_dates,
    lies_dialects,
    lies_effects,
    lies_errors,
    lies_filters,
    lies_headers,
    lies_ids,
    lies_leaks,
    lies_links,
    lies_logins,
    lies_memory,
    lies_pages,
    lies_places,
    lies_refused,
    lies_shapes,
    lies_transitions,
    lies_words,
    lies_zones,
)
from tests.mutants.lie import Lie

TABLES = (
    lies_words,
    lies_shapes,
    lies_errors,
    lies_links,
    lies_ids,
    lies_counts,
    lies_dates,
    lies_zones,
    lies_transitions,
    lies_effects,
    lies_bounds,
    lies_accepted,
    lies_refused,
    lies_codes,
    lies_headers,
    lies_memory,
    lies_logins,
    lies_leaks,
    lies_pages,
    lies_filters,
    lies_changes,
    lies_dialects,
    lies_places,
    lies_account,
)
"""The tables of lies, by theme."""

LIES: dict[str, Lie] = {lie.id: lie for table in TABLES for lie in table.LIES}
"""Every lie by its id."""
