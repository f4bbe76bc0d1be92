"""A stateful mock of the VSS v2 REST API, with a virtual clock, for people who write clients of it.

Importing this loads nothing but this file: `Mock`, the embedded server, is fetched when asked for.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vss_mock.embedded import Mock as Mock

__version__ = "0.1.0"
__all__ = ["Mock", "__version__"]


def __getattr__(name: str) -> object:
    if name == "Mock":
        from vss_mock.embedded import Mock

        return Mock
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
