"""Findings become words where checking runs: a long report must not hold up everyone else's requests."""

import threading

from services.submissions.checking.findings import Finding
from services.submissions.submission import judging
from tests.submissions.service import a_report


async def test_the_findings_of_a_large_report_are_worded_beside_the_event_loop(service, monkeypatch):
    threads = set()
    worded = Finding.as_wire

    def noted(finding, language=None):
        threads.add(threading.get_ident())
        return worded(finding, language)

    monkeypatch.setattr(Finding, "as_wire", noted)
    monkeypatch.setattr(judging, "THREAD_FROM_BYTES", 0)
    headers = service.caller("HT-STP")
    refused = await service.http.post("/v1/submissions", json=a_report("HT-STP", value=-1), headers=headers)

    assert refused.status_code == 422
    assert {"message", "message_vi", "message_en"} <= refused.json()["errors"][0].keys()
    assert threads
    assert threading.get_ident() not in threads
