"""What tests of the large intake share: a file, the upload of it, and the worker at hand."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx

from services.submissions.intake.tasks import IntakeWorker
from tests.submissions.service import Service

HEADER = "indicator,sex,age_group,partner_country,skill_level,value,status,reason"
COUNTRIES = ("JP", "KR", "TW", "DE", "SA", "QA", "US", "FR")
ASYNC = {"Prefer": "respond-async"}


def a_file(value: int | str = 1, *more: str) -> bytes:
    """Return a right report with one figure for each country, and rows as given."""
    rows = [f"LABOUR.OUT.FLOW,female,adult,{country},skilled,{value},," for country in COUNTRIES]
    return "\n".join([HEADER, *rows, *more]).encode()


def target(agency: str = "HT-SNV", **changes: Any) -> dict[str, Any]:
    return {"obligation": "OHT-01", "period": "2026-S1", "agency": agency, **changes}


async def upload(
    service: Service, content: Any, agency: str = "HT-SNV", *, client: str | None = None, **options: Any
) -> httpx.Response:
    """Send a CSV that is to be checked later."""
    headers = {
        **service.caller(agency, client=client),
        "Content-Type": "text/csv",
        **ASYNC,
        **options.pop("headers", {}),
    }
    return await service.http.post(
        "/v1/submissions", content=content, params=target(agency) | options, headers=headers
    )


def worker(service: Service, **options: Any) -> IntakeWorker:
    return IntakeWorker(service.app.state.runtime.database, service.app.state.parts, **options)


async def work(service: Service) -> None:
    """Let a worker check everything that waits."""
    while await worker(service).step():
        pass


async def job_of(service: Service, answer: httpx.Response, agency: str = "HT-SNV") -> dict[str, Any]:
    """Return a job as its agency reads it."""
    read = await service.http.get(answer.headers["location"], headers=service.caller(agency))
    assert read.status_code == 200, read.text
    return dict(read.json())


async def checked(service: Service, content: Any, agency: str = "HT-SNV", **options: Any) -> dict[str, Any]:
    """Upload, check, and return the job."""
    answer = await upload(service, content, agency, **options)
    assert answer.status_code == 202, answer.text
    await work(service)
    return await job_of(service, answer, agency)


async def sent(service: Service, content: bytes, agency: str = "HT-SNV", **options: Any) -> httpx.Response:
    """Send a CSV by the small path."""
    headers = {**service.caller(agency), "Content-Type": "text/csv"}
    return await service.http.post(
        "/v1/submissions", content=content, params=target(agency) | options, headers=headers
    )


async def pieces(service: Service) -> int:
    rows = await service.sql("select count(*) from job_piece")
    return int(rows[0]["count"])


async def later(service: Service, seconds: float = 0.01) -> None:
    await asyncio.sleep(timedelta(seconds=seconds).total_seconds())
