"""Faults, holds and work that lasts, as users of the fixture meet them."""

import pytest

SOURCE = """
from datetime import timedelta

import pytest
import requests


def get(vss):
    return requests.get(vss.url + "/v2/user", headers=vss.headers, timeout=5).status_code


@pytest.mark.vss_world(
    task_seconds=timedelta(seconds=30),
    faults=[{"kind": "status", "status_code": 503, "times": 1}],
    holds=[{"event": "take"}],
)
def test_the_marker_makes_faults_and_holds(vss):
    assert vss.clock.task_seconds == 30
    assert [get(vss), get(vss)] == [503, 200]
    assert [fault.fired for fault in vss.faults] == [1]
    assert [hold.settings for hold in vss.holds] == [{"event": "take"}]


def test_no_fault_of_another_test_strikes(vss):
    assert (len(vss.faults), len(vss.holds), vss.clock.task_seconds) == (0, 0, 0)
    vss.faults.add("status", status_code=500)
    assert get(vss) == 500


@pytest.mark.vss_world(faults=[{"kind": "statos"}])
def test_a_fault_that_is_none_is_said(vss):
    pass
"""


def test_a_test_has_its_own_faults_and_holds(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n")
    pytester.makepyfile(test_it=SOURCE)
    result = pytester.runpytest_inprocess("-ra", plugins=["vss_mock.pytest_plugin"])
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*the world of *faults*'statos' is none of 'status'*"])
