"""Strict mode, under which all these tests run, finds an answer that breaks its contract."""

import pytest

from tests.api.caller import Caller, caller
from vss_mock.api.service import BrokenContract
from vss_mock.assembly import Settings, build_service
from vss_mock.wire.dialect_2016 import Dialect2016


def test_an_answer_that_its_schema_refuses_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Dialect2016, "status", lambda *_: "submitted")
    strict, lenient = caller(), Caller(build_service(Settings(), at=0))
    id = strict.submit()
    with pytest.raises(BrokenContract, match="request-snapshot-get"):
        strict.request(id)
    assert lenient.request(lenient.submit())["status"] == "submitted"
