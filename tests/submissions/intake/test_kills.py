"""A worker that dies, a connection that breaks, a report that moves on: nothing lost, twice or half."""

import asyncio
import os
import signal
import sys
from datetime import timedelta

import pytest

from kernel.clock import real_now
from kernel.database import Database
from kernel.ids import new_id
from services.submissions.intake import receiving, stream
from services.submissions.intake.progress import JobLost
from services.submissions.intake.store import BROKEN_AFTER, KEPT, JobStore
from services.submissions.intake.tasks import MOST_ATTEMPTS
from services.submissions.intake.upload_checker import UploadChecker
from services.submissions.submission.service import SubmissionService
from services.submissions.submission.store import SubmissionStore
from services.submissions.submission.taking_store import TakingStore
from tests.conftest import ROOT
from tests.submissions.intake.uploading import (
    HEADER,
    a_file,
    checked,
    job_of,
    pieces,
    sent,
    target,
    upload,
    work,
    worker,
)

AT_ONCE = timedelta(0)
UUID_OF_NOBODY = new_id()


class Dead(BaseException):
    """The worker is gone."""


def dies_in(cls: type, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker die as soon as a step was taken; what it had not committed is gone with it."""
    real = getattr(cls, name)

    async def step(*given, **named):
        await real(*given, **named)
        raise Dead(name)

    monkeypatch.setattr(cls, name, step)


STEPS = [
    (JobStore, "renew"),
    (UploadChecker, "check"),
    (JobStore, "hold"),
    (TakingStore, "hold"),
    (TakingStore, "add"),
    (SubmissionStore, "copy_written"),
    (SubmissionStore, "copy_findings"),
    (TakingStore, "answer"),
    (SubmissionService, "submit"),
    (JobStore, "finish"),
]


@pytest.mark.parametrize(("cls", "name"), STEPS, ids=[f"{cls.__name__}.{name}" for cls, name in STEPS])
async def test_a_worker_that_dies_at_any_step_is_followed_by_another(service, monkeypatch, cls, name):
    answer = await upload(service, a_file(100 + STEPS.index((cls, name))), "HT-STP")
    if (cls, name) == (JobStore, "renew"):  # nobody waits so long in a test: the first heartbeat is the death
        monkeypatch.setattr(UploadChecker, "check", _slowly)
    dies_in(cls, name, monkeypatch)
    with pytest.raises(Dead):
        await worker(service, lease=timedelta(seconds=0.2)).step()
    monkeypatch.undo()
    left = await service.sql("select count(*) from submission where agency = 'HT-STP'")
    waiting = await job_of(service, answer, "HT-STP")
    await asyncio.sleep(0.3)
    await work(service)
    done = await job_of(service, answer, "HT-STP")
    rows = await service.sql("select version, id from submission where agency = 'HT-STP' order by version")

    assert waiting["state"] == "running"
    assert done["state"] == "done"
    assert len(rows) == left[0]["count"] + 1
    assert str(rows[-1]["id"]) == done["result"]["submission"]
    figures = await service.sql(
        "select submission_id, count(*) from observation"
        " where submission_id in (select id from submission where agency = 'HT-STP') group by 1"
    )
    assert {row["count"] for row in figures} == {8}
    assert len(figures) == len(rows)
    orphans = await service.sql("select 1 from observation where submission_id not in (select id from submission)")
    assert orphans == []
    assert len(await service.events("submission.received", str(rows[-1]["id"]))) == 1
    assert await pieces(service) == 0


async def _slowly(self, claim, order, progress):
    await asyncio.sleep(0.5)
    raise JobLost()


WORKER = """
import asyncio, os, sys
from datetime import timedelta
from pathlib import Path
from kernel.runtime import open_runtime
from services.submissions.intake import receiving, stream
from services.submissions.intake.tasks import IntakeWorker
from services.submissions.settings import SubmissionsSettings
from services.submissions.starting import open_parts

check_lines = stream.StreamCheck._check_lines

def halted(self, lines):
    print("halfway", flush=True)
    sys.stdin.read()
    return check_lines(self, lines)

stream.StreamCheck._check_lines = halted

async def main():
    async with open_runtime("submissions", SubmissionsSettings()) as runtime, open_parts(runtime) as parts:
        worker = IntakeWorker(runtime.database, parts, lease=timedelta(seconds=1), spool_dir=Path(sys.argv[1]))
        await worker.step()

asyncio.run(main())
"""


async def test_a_killed_process_leaves_neither_files_nor_figures_and_another_goes_on(service, keys_dir, tmp_path):
    answer = await upload(service, a_file(321), "HT-STC")
    settings = {"GCM_DATABASE_URL": service.url, "GCM_KEYS_DIR": str(keys_dir), "GCM_DATA_DIR": str(ROOT / "data")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        WORKER,
        str(tmp_path),
        cwd=ROOT,
        env={**os.environ, **settings},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async for line in process.stdout:
        if line.strip() == b"halfway":
            break
    process.send_signal(signal.SIGKILL)
    await process.wait()
    waiting = await job_of(service, answer, "HT-STC")
    for _ in range(100):
        if await worker(service).step():
            break
        await asyncio.sleep(0.05)
    done = await job_of(service, answer, "HT-STC")

    assert (waiting["state"], done["state"], done["result"]["version"]) == ("running", "done", 1)
    assert list(tmp_path.iterdir()) == []


async def test_after_three_attempts_that_died_it_is_given_up_and_said_so(service, monkeypatch):
    answer = await upload(service, a_file(1), "HT-CAT")
    dies_in(UploadChecker, "check", monkeypatch)
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Dead):
            await worker(service, lease=AT_ONCE).step()
    monkeypatch.undo()
    await work(service)
    job = await job_of(service, answer, "HT-CAT")

    assert (job["state"], job["problem"]["code"]) == ("failed", "upload_unchecked")
    assert await pieces(service) == 0


async def test_two_workers_do_not_store_one_upload_twice(service, monkeypatch):
    """The lease of the first is over while it still checks; the second has taken the job."""
    answer = await upload(service, a_file(7), "HT-CAT")
    real, waiting = UploadChecker.check, asyncio.Event()

    async def first_waits(self, claim, order, progress):
        judged = await real(self, claim, order, progress)
        if claim.attempt == 1:
            await waiting.wait()
        return judged

    monkeypatch.setattr(UploadChecker, "check", first_waits)
    first = asyncio.create_task(worker(service, lease=AT_ONCE).step())
    while (await job_of(service, answer, "HT-CAT"))["state"] == "queued":
        await asyncio.sleep(0.02)
    while not await worker(service).step():
        await asyncio.sleep(0.02)
    waiting.set()
    await first
    rows = await service.sql("select count(*) from submission where agency = 'HT-CAT'")

    assert (await job_of(service, answer, "HT-CAT"))["state"] == "done"
    assert rows[0]["count"] == 1


async def test_a_job_that_is_cancelled_while_it_is_checked_stores_nothing(service, monkeypatch):
    answer = await upload(service, a_file(8), "HT-SGDDT")
    real = UploadChecker.check

    async def cancelled_meanwhile(self, claim, order, progress):
        judged = await real(self, claim, order, progress)
        door = answer.headers["location"] + "/cancel"
        assert (await service.http.post(door, headers=service.caller("HT-SGDDT"))).status_code == 200
        return judged

    monkeypatch.setattr(UploadChecker, "check", cancelled_meanwhile)
    await work(service)
    rows = await service.sql("select count(*) from submission where agency = 'HT-SGDDT'")

    assert (await job_of(service, answer, "HT-SGDDT"))["state"] == "cancelled"
    assert (rows[0]["count"], await pieces(service)) == (0, 0)


async def test_the_check_itself_ends_when_its_job_is_cancelled(service, monkeypatch):
    answer = await upload(service, a_file(9), "HT-SGDDT")
    started, go_on = asyncio.Event(), asyncio.Event()
    loop, real = asyncio.get_running_loop(), stream.StreamCheck._check_lines

    def waits(self, lines):
        loop.call_soon_threadsafe(started.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(20)
        return real(self, lines)

    monkeypatch.setattr(stream.StreamCheck, "_check_lines", waits)
    task = asyncio.create_task(worker(service, lease=timedelta(seconds=0.4)).step())
    await started.wait()
    await service.http.post(answer.headers["location"] + "/cancel", headers=service.caller("HT-SGDDT"))
    await asyncio.sleep(0.5)
    go_on.set()

    assert await task
    assert (await job_of(service, answer, "HT-SGDDT"))["state"] == "cancelled"


@pytest.mark.parametrize("breaks_after", [0, 1, 3])
async def test_a_broken_upload_leaves_nothing(service, monkeypatch, breaks_after):
    monkeypatch.setattr(receiving, "PIECE", 64)
    content = a_file(1)
    messages = [
        {"type": "http.request", "body": content[n * 100 : (n + 1) * 100], "more_body": True}
        for n in range(breaks_after)
    ]
    seen = []

    async def receive():
        if messages:
            return messages.pop(0)
        seen.append(await pieces(service))
        return {"type": "http.disconnect"}

    answered = []

    async def send(message):
        answered.append(message)

    headers = {**service.caller("HT-STP"), "Content-Type": "text/csv", "Prefer": "respond-async"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/submissions",
        "raw_path": b"/v1/submissions",
        "query_string": b"obligation=OHT-01&period=2026-S1&agency=HT-STP",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "http_version": "1.1",
        "scheme": "http",
        "client": None,
        "server": None,
        "root_path": "",
    }
    before = await service.sql("select count(*) from job")
    await service.app(scope, receive, send)
    after = await service.sql("select count(*) from job")

    assert answered[0]["status"] == 400
    assert (seen[0] > 0) is (breaks_after > 0)
    assert await pieces(service) == 0
    assert before == after


async def test_what_an_api_that_died_left_behind_is_dropped_and_old_outcomes_too(service):
    job = await checked(service, a_file(1, "x"), "HT-SKHCN")
    database = Database(service.url)
    async with database.transaction() as session:
        await JobStore(session).add_piece(UUID_OF_NOBODY, 0, b"x", real_now())
        await JobStore(session).forget(real_now() + BROKEN_AFTER - timedelta(minutes=1))
    young = await pieces(service)
    async with database.transaction() as session:
        await JobStore(session).forget(real_now() + BROKEN_AFTER + timedelta(minutes=1))
    left = await pieces(service)
    door = job["links"]["self"]
    kept = await service.http.get(door, headers=service.caller("HT-SKHCN"))
    async with database.transaction() as session:
        await JobStore(session).forget(real_now() + KEPT + timedelta(days=1))
    gone = await service.http.get(door, headers=service.caller("HT-SKHCN"))
    await database.close()

    assert (young, left) == (1, 0)
    assert (kept.status_code, gone.status_code) == (200, 404)
    assert await service.sql("select 1 from job_finding where job_id not in (select id from job)") == []


async def test_a_cycle_that_is_closed_meanwhile_refuses_it(service):
    answer = await upload(service, a_file(2), "HT-BCHBP")
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-BCHBP")
    await service.sql("update cycle set closed_at = now() where id = $1", owed["cycle"])
    await work(service)
    job = await job_of(service, answer, "HT-BCHBP")
    early = await upload(service, a_file(2), "HT-BCHBP")
    await service.sql("update cycle set closed_at = null where id = $1", owed["cycle"])

    assert (job["state"], job["problem"]["code"], job["problem"]["status"]) == ("failed", "cycle_closed", 409)
    assert (early.status_code, early.json()["code"]) == (409, "cycle_closed")


async def test_what_came_later_is_not_overtaken_by_an_older_upload(service):
    answer = await upload(service, a_file(1), "HT-SKHCN")
    newer = await sent(service, a_file(2), "HT-SKHCN")
    await work(service)
    job = await job_of(service, answer, "HT-SKHCN")
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-SKHCN")

    assert newer.status_code == 201
    assert (job["problem"]["code"], job["problem"]["version"]) == ("upload_overtaken", newer.json()["version"])
    assert owed["submission"] == newer.json()["id"]


async def test_a_report_that_is_returned_meanwhile_is_looked_at_first(service):
    first = (await sent(service, a_file(1), "HT-SNV")).json()
    answer = await upload(service, a_file(2), "HT-SNV")
    returned = await service.http.post(
        f"/v1/submissions/{first['id']}/return",
        json={"reason_code": "other", "text": "Xem lại."},
        headers=service.caller("HT-SNGV"),
    )
    await work(service)
    job = await job_of(service, answer, "HT-SNV")
    again = await checked(service, a_file(2), "HT-SNV")

    assert returned.status_code == 200, returned.text
    assert (job["problem"]["code"], job["problem"]["version"]) == ("upload_overtaken", None)
    assert (again["state"], again["result"]["version"]) == ("done", 2)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe\x00", "encoding_unknown"),
        (HEADER.encode() + b'\n"x', "csv_malformed"),
        (b"", "content_refused"),
        (HEADER.encode(), "content_refused"),
    ],
    ids=["encoding", "quotes", "empty", "header only"],
)
async def test_what_cannot_be_read_is_said_in_the_job(service, content, code):
    job = await checked(service, content, "HT-STC", dry_run="true")

    assert (job["state"], job["problem"]["code"]) == ("failed", code)


async def test_a_workbook_that_is_none_is_said_in_the_job(service):
    headers = {
        **service.caller("HT-STC"),
        "Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Prefer": "respond-async",
    }
    answer = await service.http.post(
        "/v1/submissions", content=b"no zip", params=target("HT-STC"), headers=headers
    )
    await work(service)
    job = await job_of(service, answer, "HT-STC")

    assert job["state"] == "failed"
    assert job["problem"]["status"] in (400, 415, 422)
