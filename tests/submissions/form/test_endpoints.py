"""The doors of the forms, on a real app and a real database."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest

from kernel.database import Database
from kernel.ids import new_id
from kernel.settings import ServiceSettings
from kernel.web import create_app
from services.submissions.checking.check import ReportContext, check
from services.submissions.checking.read_csv import read_csv
from services.submissions.cycle.tables import Cycle, Occurrence, Origin
from services.submissions.form.definition import FormDefinition
from services.submissions.form.endpoints import router
from services.submissions.form.loading import load
from services.submissions.form.owed import list_owed_tasks
from services.submissions.projection.tables import Agency, Obligation, Task
from tests.conftest import ROOT
from tests.support import bearer, internal_token, running

NOW = datetime(2026, 7, 1, 1, 0, tzinfo=UTC)
HALF_YEAR, YEAR = new_id(), new_id()
LEADS_TO = {"2.2": ["HT-SNV"], "2.10": ["HT-SNV"], "1.1": ["HT-SNGV"], "3.1": ["HT-STP"]}
HELPS = {"2.2": [], "2.10": ["HT-SNV"], "1.1": ["HT-SNV"], "3.1": []}


def an_obligation(id: str, form: str | None, subject: str) -> Obligation:
    return Obligation(
        id=id, instrument="KH-167-HATINH", plan="KH-167-HATINH", steward="HT-SNGV", kind="periodic",
        subject=subject, title_vi=subject, title_en=subject, form=form, recipients=["HT-SNGV"],
    )  # fmt: skip


def a_cycle(id: UUID, obligation: str, form: str) -> Cycle:
    return Cycle(
        id=id, obligation=obligation, period="2026", period_start=date(2026, 1, 1), period_end=date(2026, 12, 31),
        origin=Origin.SCHEDULE.value, opened_at=NOW, history=False, provisional=False, recipients=["HT-SNGV"],
        next_level=[], form=form, form_version=1, trace=[],
    )  # fmt: skip


def an_occurrence(id: UUID, cycle: UUID) -> Occurrence:
    return Occurrence(id=id, cycle_id=cycle, agency="HT-SNV", duty="HT-SLDTBXH")


async def fill(url: str) -> None:
    database = Database(url)
    async with database.transaction() as session:
        await load(session, ROOT / "data", NOW)
        for agency in ("HT-SNV", "HT-SNGV", "HT-STP"):
            session.add(Agency(id=agency, name_vi=agency, kind="provincial_department"))
        session.add(an_obligation("OHT-02", "migration-data", "migration_data"))
        session.add(an_obligation("OHT-03", "plan-report", "plan_report"))
        for code, leads in LEADS_TO.items():
            session.add(
                Task(
                    id=f"KH-167-HATINH/{code}",
                    plan="KH-167-HATINH",
                    code=code,
                    title_vi=f"- Nhiệm vụ {code}",
                    leads=leads,
                    coordinators=HELPS[code],
                )
            )
        await session.flush()
        for occurrence, obligation, form in (
            (HALF_YEAR, "OHT-02", "migration-data"),
            (YEAR, "OHT-03", "plan-report"),
        ):
            cycle = new_id()
            session.add(a_cycle(cycle, obligation, form))
            await session.flush()
            session.add(an_occurrence(occurrence, cycle))
    await database.close()


@pytest.fixture(scope="module")
async def client(submissions_url, keys_dir) -> AsyncIterator[httpx.AsyncClient]:
    await fill(submissions_url)
    settings = ServiceSettings(database_url=submissions_url, keys_dir=keys_dir, live_from=date(2026, 7, 1))
    app = create_app("submissions", settings, [router], title="forms", description="forms")
    async with running(app) as client:
        yield client


@pytest.fixture
def reporter(keys_dir) -> dict[str, str]:
    return bearer(internal_token(keys_dir, "submissions", agency="HT-SNV", scopes=["submissions:read"]))


async def test_the_forms_are_listed_with_their_versions(client, reporter):
    answer = (await client.get("/v1/forms", headers=reporter)).json()
    first = (await client.get("/v1/forms?limit=1", headers=reporter)).json()
    second = (await client.get("/v1/forms", params={"cursor": first["next_cursor"]}, headers=reporter)).json()

    assert [form["id"] for form in answer["items"]] == [
        "actip-report",
        "actip-review",
        "amendment-proposal",
        "consolidated-report",
        "difficulties",
        "migration-data",
        "migration-profile",
        "plan-report",
    ]
    assert answer["next_cursor"] is None
    assert first["items"] + second["items"] == answer["items"]
    version = answer["items"][5]["versions"][0]
    assert version.pop("sha256")
    assert version == {
        "version": 1,
        "state": "published",
        "applies_from": "2020-01-01",
        "applies_to": None,
        "published_at": "2026-07-01T08:00:00+07:00",
        "link": "/v1/forms/migration-data/versions/1",
    }


async def test_a_definition_is_read_whole_and_once(client, reporter):
    answer = await client.get("/v1/forms/migration-data/versions/1", headers=reporter)
    again = await client.get(
        "/v1/forms/migration-data/versions/1", headers={**reporter, "If-None-Match": answer.headers["etag"]}
    )

    form = FormDefinition.model_validate_json(answer.content)
    assert (form.id, len(form.tables)) == ("migration-data", 21)
    assert (again.status_code, again.content) == (304, b"")
    assert (await client.get("/v1/forms/migration-data", headers=reporter)).json()["id"] == "migration-data"


@pytest.mark.parametrize(
    "path",
    ["/v1/forms/none", "/v1/forms/none/versions/1", "/v1/forms/plan-report/versions/9", "/v1/forms/none/template"],
)
async def test_what_is_not_there_is_404(client, reporter, path):
    answer = await client.get(path, headers=reporter)

    assert (answer.status_code, answer.json()["code"]) == (404, "form_not_found")


async def template(client, reporter, form: str, **query: Any) -> httpx.Response:
    answer = await client.get(f"/v1/forms/{form}/template", params=query, headers=reporter)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return answer


async def test_the_template_holds_only_what_the_reporter_owes(client, reporter):
    every = (await template(client, reporter, "migration-data")).text.splitlines()
    owed = (await template(client, reporter, "migration-data", occurrence=str(HALF_YEAR))).text.splitlines()

    assert len(every) == 1 + 34
    assert [line for line in every if line not in owed] == [line for line in every if line.startswith("BORDER.")]
    assert owed[0].removeprefix("\ufeff").startswith("indicator,indicator_title,sex,age_group,")
    assert owed[0].endswith(",value,status,reason,explanation")


@pytest.mark.parametrize(
    ("lang", "separator", "sex", "value"),
    [("codes", ",", "sex", "value"), ("vi", ";", "Giới tính", "Giá trị")],
)
async def test_a_filled_template_is_read_back_without_mistakes(client, reporter, lang, separator, sex, value):
    answer = await template(client, reporter, "migration-data", occurrence=str(HALF_YEAR), lang=lang)
    header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=separator)
    row = next(row for row in rows if row[0] == "STATELESS.IN.STOCK")
    province = header.index("Tỉnh, thành phố" if lang == "vi" else "province")
    for column, cell in (
        (header.index(sex), "female"),
        (3, "adult"),
        (province, "P42"),
        (header.index(value), "3"),
    ):
        row[column] = cell
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows([header, *rows])

    form = FormDefinition.model_validate_json((ROOT / "data" / "forms" / "migration-data-1.json").read_bytes())
    content = read_csv(text.getvalue().encode("utf-8-sig"), form)
    result = check(form, SimpleNamespace(end=date(2026, 12, 31)), content, ReportContext(plan="KH-167-HATINH"))
    assert [f.as_wire() for f in result.findings if f.severity == "error"] == []
    assert result.observations.value == [3]


async def test_the_template_of_a_plan_report_has_the_sections_of_the_agencys_tasks(client, reporter):
    answer = await template(client, reporter, "plan-report", occurrence=str(YEAR), lang="vi")

    assert answer.text.removeprefix("\ufeff").splitlines() == [
        "Mục;Tên mục;Trạng thái;Nội dung",
        "general;Đánh giá chung;;",
        "difficulties;Khó khăn, vướng mắc;;",
        "proposals;Đề xuất, kiến nghị;;",
        "task:KH-167-HATINH/1.1;'- Nhiệm vụ 1.1;;",
        "task:KH-167-HATINH/2.2;'- Nhiệm vụ 2.2;;",
        "task:KH-167-HATINH/2.10;'- Nhiệm vụ 2.10;;",
    ]


async def test_a_form_of_words_alone_asks_for_no_status_in_its_template(client, reporter):
    answer = await template(client, reporter, "difficulties")

    assert answer.text.removeprefix("\ufeff").splitlines()[0] == "section,section_title,text"


async def test_a_template_is_named_after_the_report_for_which_it_is_made(client, reporter):
    empty = await template(client, reporter, "migration-data")
    owed = await template(client, reporter, "migration-data", occurrence=str(HALF_YEAR), lang="vi")

    assert 'filename="migration-data-codes.csv"' in empty.headers["content-disposition"]
    assert 'filename="migration-data-HT-SNV-2026-vi.csv"' in owed.headers["content-disposition"]


async def test_a_task_that_is_led_and_coordinated_counts_as_led(submissions_url, client):
    database = Database(submissions_url)
    async with database.transaction() as session:
        tasks = await list_owed_tasks(session, "KH-167-HATINH", "HT-SNV")
    await database.close()

    assert [(task.id.split("/")[1], task.leads) for task in tasks] == [
        ("1.1", False),
        ("2.2", True),
        ("2.10", True),
    ]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"format": "ods"}, 422, "template_unavailable"),
        ({"format": "pdf"}, 422, "template_unavailable"),
        ({"occurrence": str(YEAR)}, 422, "form_not_owed"),
        ({"occurrence": str(new_id())}, 404, "not_found"),
    ],
)
async def test_a_template_that_cannot_be_made_says_why(client, reporter, query, status, code):
    answer = await client.get("/v1/forms/migration-data/template", params=query, headers=reporter)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_another_agencys_occurrence_is_not_there(client, keys_dir):
    stranger = bearer(internal_token(keys_dir, "submissions", agency="HT-STP", scopes=["submissions:read"]))
    answer = await client.get(f"/v1/forms/migration-data/template?occurrence={HALF_YEAR}", headers=stranger)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["", "/migration-data", "/migration-data/versions/1", "/migration-data/template"])
async def test_every_door_asks_who_is_there(client, keys_dir, path):
    other_scope = bearer(internal_token(keys_dir, "submissions", scopes=["registry:read"]))
    answers = await asyncio.gather(
        client.get(f"/v1/forms{path}"), client.get(f"/v1/forms{path}", headers=other_scope)
    )

    assert [answer.status_code for answer in answers] == [401, 403]
