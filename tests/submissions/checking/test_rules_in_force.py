"""Rules from a steward's draft to the findings of a report, beside what was accepted before and from others."""

import copy
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from services.submissions.cycle.tables import Cycle, Occurrence
from services.submissions.form.draft_schemas import EXAMPLE_CONTENT
from services.submissions.submission.beside_store import read_beside

STEWARD, PLAN, FORM = "UBND-P42", "KH-167-HATINH", "ht-ruled"
CODE = "COUNSELLING.DOMESTIC.FLOW"
MONTHS = ("2026-07-01/P1M", "2026-08-01/P1M", "2026-09-01/P1M")


def a_rule(id_: str, kind: str, expression: str, severity: str = "warning") -> dict[str, Any]:
    words = {"message_vi": f"Sai {id_}.", "message_en": f"Wrong {id_}."}
    return {"id": id_, "kind": kind, "severity": severity, "on": [CODE], "expression": expression, **words}


RULES = [
    a_rule("women", "sum_of_parts", f"[{CODE}; sex=female] <= 50", "error"),
    a_rule("growth", "cross_period", f"each sex: [{CODE}] <= previous([{CODE}]) * 2"),
    a_rule("share", "cross_reporter", f"[{CODE}] <= 10 * total([{CODE}])"),
]


async def post(service: Any, path: str, body: Any, agency: str, **headers: str) -> Any:
    return await service.http.post(path, json=body, headers={**service.caller(agency), **headers})


async def publish(service: Any, form: str, rules: list[dict[str, Any]]) -> Any:
    content = copy.deepcopy(EXAMPLE_CONTENT) | {"rules": rules, "applies_from": "2020-01-01"}
    drafted = await post(service, "/v1/forms", {"id": form, "plan": PLAN, "content": content}, STEWARD)
    assert drafted.status_code == 201, drafted.text
    headers = {"If-Match": drafted.headers["etag"]}
    return await post(service, f"/v1/forms/{form}/publish", {"reason": "Mới"}, STEWARD, **headers)


@pytest.fixture(scope="module")
async def ruled(service: Any) -> Any:
    """A service in which two departments answer three months on a form with rules."""
    assert (await publish(service, FORM, RULES)).status_code == 201
    await service.sql(f"update obligation set form = '{FORM}' where id = 'OHT-05'")
    for month in MONTHS:
        asked = {"obligation": "OHT-05", "period": month, "reporters": ["HT-CAT", "HT-STP"], "reason": "Đột xuất"}
        assert (await post(service, "/v1/cycles", asked, "HT-SNGV")).status_code == 201
    return service


async def send(service: Any, month: str, agency: str = "HT-CAT", *, dry_run: bool = False, **figures: int) -> Any:
    cells = [{"indicator": CODE, "dimensions": {"sex": sex}, "value": value} for sex, value in figures.items()]
    body = {"obligation": "OHT-05", "period": month, "agency": agency, "observations": cells}
    return await post(service, f"/v1/submissions?dry_run={str(dry_run).lower()}", body, agency)


async def accepted(service: Any, month: str, agency: str = "HT-CAT", **figures: int) -> str:
    sent = await send(service, month, agency, **figures)
    assert sent.status_code == 201, sent.text
    done = await post(service, f"/v1/submissions/{sent.json()['id']}/accept", {}, "HT-SNGV")
    assert done.status_code == 200, done.text
    return str(sent.json()["id"])


async def findings(service: Any, submission: str, agency: str = "HT-CAT") -> list[dict[str, Any]]:
    answer = await service.http.get(f"/v1/submissions/{submission}/findings", headers=service.caller(agency))
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_a_form_is_not_published_with_rules_that_cannot_be_judged(service):
    wrong = [a_rule("one", "cross_cell", f"[{CODE}; colour=red] >= 0"), a_rule("two", "cross_cell", f"[{CODE}]")]
    answer = await publish(service, "ht-wrongly-ruled", wrong)

    assert (answer.status_code, answer.json()["code"]) == (422, "form_rules_wrong"), answer.text
    assert [(one["pointer"], one["rule"], one["position"]) for one in answer.json()["errors"]] == [
        ("/content/rules/0/expression", "one", 28),
        ("/content/rules/1/expression", "two", 0),
    ]
    assert answer.json()["errors"][0]["message_vi"] == f"Chỉ tiêu {CODE} không có phân tổ colour."


async def test_an_error_of_the_form_refuses_the_report(ruled):
    refused = await send(ruled, MONTHS[0], female=51, male=1)
    (found,) = [one for one in refused.json()["errors"] if one["severity"] == "error"]

    assert refused.status_code == 422
    assert (found["rule"], found["pointer"], found["value"]) == (f"{FORM}:women", "/observations/0/value", 51)
    assert (found["message_vi"], found["message_en"]) == ("Sai women.", "Wrong women.")


async def test_a_report_stands_beside_the_period_before_and_beside_others(ruled):
    await accepted(ruled, MONTHS[0], female=10, male=20)
    await accepted(ruled, MONTHS[1], "HT-STP", female=5, male=5)
    dry = await send(ruled, MONTHS[1], female=21, male=200, dry_run=True)
    real = await send(ruled, MONTHS[1], female=21, male=200)
    kept = await findings(ruled, real.json()["id"])
    named = {one["rule"]: one for one in kept}

    assert [one["rule"] for one in kept] == [
        f"{FORM}:growth",
        f"{FORM}:growth",
        f"{FORM}:share",
        "change_since_last_period",
    ]
    assert [one["dimensions"] for one in kept[:2]] == [{"sex": "female"}, {"sex": "male"}]
    assert [one["compared"] for one in kept[:2]] == [{"left": 21, "right": 20}, {"left": 200, "right": 40}]
    assert named["change_since_last_period"]["history"] == [{"period": MONTHS[0], "value": 30}]
    assert [one["id"] for one in dry.json()["errors"]] == [one["id"] for one in kept]
    assert real.json()["findings"]["warning"] == 4
    assert (dry.json()["findings"], real.json()["rules_version"]) == (real.json()["findings"], "2")


async def test_figures_that_no_rule_tells_apart_come_from_the_database_as_one(ruled):
    owed = (await ruled.occurrence("OHT-05", MONTHS[1], "HT-CAT"))["id"]
    runtime, parts = ruled.app.state.runtime, ruled.app.state.parts
    async with runtime.database.transaction() as session:
        occurrence = (await session.execute(sa.select(Occurrence).where(col(Occurrence.id) == owed))).scalar_one()
        cycle = await session.get_one(Cycle, occurrence.cycle_id)
        form = await parts.forms.fetch(session, cycle.form, cycle.form_version)
        beside = await read_beside(session, parts.forms, form, occurrence, cycle)
    before, others = beside.previous[CODE], beside.total[CODE]

    assert sorted(zip(*before.codes, before.value, strict=True)) == [("female", 10), ("male", 20)]
    assert (others.codes, others.value, others.not_available) == ([[None]], [10], [False])


async def test_a_month_that_was_left_out_is_no_period_before(ruled):
    dry = await send(ruled, MONTHS[2], "HT-STP", female=40, male=1, dry_run=True)
    skipped = await send(ruled, MONTHS[2], "HT-CAT", female=40, male=1, dry_run=True)

    assert [one["rule"] for one in dry.json()["errors"]] == [f"{FORM}:growth", "change_since_last_period"]
    assert [one["rule"] for one in skipped.json()["errors"]] == []
