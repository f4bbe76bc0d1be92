"""The dialects by their names, oldest first; each is a small difference from the one before."""

from collections.abc import Mapping

from vss_mock.wire.dialect_2016 import Dialect2016
from vss_mock.wire.dialect_2019 import Dialect2019
from vss_mock.wire.dialect_2026 import Dialect2026

DIALECTS: Mapping[str, type[Dialect2016]] = {
    dialect.name: dialect for dialect in (Dialect2016, Dialect2019, Dialect2026)
}
