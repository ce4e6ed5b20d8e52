"""Attachments: evidence beside a version, of known types only, given out so that nothing runs."""

import asyncio
import base64
import hashlib
from uuid import UUID

import asyncpg
import pytest

from kernel.ids import new_id
from kernel.uploads import LARGEST
from tests.submissions.service import READ, WRITE, a_report

PDF = b"%PDF-1.7\n" + b"x" * 600_000
NAME = "Báo cáo 56.pdf"


@pytest.fixture(scope="module")
async def submission(service):
    answer = await service.http.post("/v1/submissions", json=a_report("HT-SNV"), headers=service.caller("HT-SNV"))
    return answer.json()["id"]


async def attach(service, submission, by="HT-SNV", content=PDF, kind="application/pdf", name=NAME, **caller):
    return await service.http.post(
        f"/v1/submissions/{submission}/attachments",
        params={"name": name},
        content=content,
        headers={**service.caller(by, **caller), "Content-Type": kind},
    )


async def test_a_file_comes_back_as_it_went_in_and_is_never_run(service, submission):
    kept = await attach(service, submission)
    again = await attach(service, submission, name="another.pdf")
    where = kept.headers["location"]
    read = await service.http.get(where, headers=service.caller("HT-SNGV"))
    known = await service.http.get(
        where, headers={**service.caller("HT-SNGV"), "If-None-Match": read.headers["etag"]}
    )
    listed = await service.http.get(
        f"/v1/submissions/{submission}/attachments", headers=service.caller("UBND-P42")
    )
    chunks = await service.sql("select count(*) from file_chunk")

    assert (kept.status_code, kept.json()["sha256"]) == (201, hashlib.sha256(PDF).hexdigest())
    assert (kept.json()["agency"], kept.json()["length"], kept.json()["name"]) == ("HT-SNV", len(PDF), NAME)
    assert (again.status_code, again.json()["id"]) == (200, kept.json()["id"])
    assert read.content == PDF
    assert read.headers["content-disposition"].startswith("attachment; filename*=UTF-8''B%C3%A1o")
    assert read.headers["x-content-type-options"] == "nosniff"
    assert read.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert known.status_code == 304
    assert [one["id"] for one in listed.json()["items"]] == [kept.json()["id"]]
    assert chunks[0]["count"] == 3


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"<html><script>", "text/html", 415, "file_type_refused"),
        (b"MZ\x90", "application/pdf", 415, "file_not_as_declared"),
        (b"PK\x03\x04 no archive", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 415, None),
        (b"<svg onload=x>", "image/svg+xml", 415, "file_type_refused"),
        (b"", "application/pdf", 422, "file_empty"),
    ],
)
async def test_what_is_not_what_it_says_is_not_kept(service, submission, content, kind, status, code):
    answer = await attach(service, submission, content=content, kind=kind)

    assert (answer.status_code, answer.json()["code"]) == (status, code or "file_not_as_declared")


async def test_a_file_that_changed_on_its_way_is_refused(service, submission):
    content = b"%PDF-1.7 on its way"
    right = base64.b64encode(hashlib.sha256(content).digest()).decode()
    said = (f"sha-256=:{right[::-1]}:", "sha-256=nothing", f"sha-512=:x:, sha-256=:{right}:", "sha-512=:x:")
    answers = [
        await service.http.post(
            f"/v1/submissions/{submission}/attachments",
            params={"name": NAME},
            content=content,
            headers={**service.caller("HT-SNV"), "Content-Type": "application/pdf", "Content-Digest": one},
        )
        for one in said
    ]

    assert [one.status_code for one in answers] == [422, 422, 201, 200]
    assert answers[0].json()["code"] == "file_digest_wrong"


async def test_a_file_that_is_too_large_or_named_like_a_path_is_refused(service, submission):
    large = await attach(service, submission, content=b"%PDF-" + b"0" * LARGEST)
    path = await attach(service, submission, name="../../etc/passwd")

    assert large.status_code == 413
    assert (path.status_code, path.json()["code"]) == (422, "content_invalid")


async def test_reporter_and_line_put_files_there_and_strangers_see_none(service, submission):
    line = await attach(service, submission, by="HT-SNGV", content=b"%PDF-line")
    reader = await attach(service, submission, content=b"%PDF-reader", scopes=[READ])
    unfit = await attach(service, submission, by="HT-SNGV", content=b"%PDF-unfit", scopes=[READ, WRITE])
    stranger = await attach(service, submission, by="TTG", content=b"%PDF-stranger")
    seen = await service.http.get(line.headers["location"], headers=service.caller("TTG"))
    missing = await service.http.get(
        f"/v1/submissions/{submission}/attachments/{new_id()}", headers=service.caller("HT-SNV")
    )

    assert (line.status_code, line.json()["agency"]) == (201, "HT-SNGV")
    assert [one.json()["code"] for one in (reader, unfit)] == ["scope_missing", "scope_missing"]
    assert [one.status_code for one in (stranger, seen, missing)] == [404, 404, 404]


async def test_the_same_file_at_once_is_one_attachment(service, submission):
    answers = await asyncio.gather(*(attach(service, submission, content=b"%PDF-race") for _ in range(6)))

    assert sorted(one.status_code for one in answers) == [200] * 5 + [201]
    assert len({one.json()["id"] for one in answers}) == 1


async def test_there_is_room_for_so_many_and_no_more(service):
    answer = await service.http.post("/v1/submissions", json=a_report("HT-STP"), headers=service.caller("HT-STP"))
    full = answer.json()["id"]
    known = "select encode(sha256(n::text::bytea), 'hex'), 'text/plain', 1, now() from generate_series(1, 50) n"
    await service.sql(f"insert into stored_file {known}")
    await service.sql(
        "insert into attachment select uuidv7(), $1, sha256, 'x', media_type, 'HT-STP', 'c', now()"
        " from stored_file where length = 1",
        UUID(full),
    )
    one_more = await attach(service, full, "HT-STP", b"%PDF-more")

    assert (one_more.status_code, one_more.json()["code"]) == (409, "attachment_limit_reached")


@pytest.mark.parametrize("table", ["attachment", "stored_file", "file_chunk", "comment"])
async def test_what_was_put_there_stays(service, submission, table):
    if table == "comment":
        await service.http.post(
            f"/v1/submissions/{submission}/comments", json={"text": "x"}, headers=service.caller("HT-SNV")
        )
    with pytest.raises(asyncpg.PostgresError, match="never changed"):
        await service.sql(f"delete from {table}")
