"""How far a property test looks: a little in `make test`, far in `make check-properties`.

The long run is chosen by the environment: VSS_MOCK_PROPERTIES=long.
"""

import os

from hypothesis import HealthCheck, settings

LONG = os.environ.get("VSS_MOCK_PROPERTIES") == "long"


def depth(examples: int, steps: int = 30) -> settings:
    """Return settings for so many examples; the long run takes 2,000 of 50 steps, new each time."""
    if LONG:
        return settings(
            max_examples=2000,
            stateful_step_count=50,
            derandomize=False,
            database=None,
            deadline=None,
            print_blob=True,
            suppress_health_check=[HealthCheck.too_slow],
        )
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=True,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
