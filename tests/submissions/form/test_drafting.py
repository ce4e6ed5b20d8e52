"""A form from its first draft to a version that never changes, and to the next one."""

import copy
from typing import Any

import pytest

from services.submissions.form.draft_schemas import EXAMPLE_CONTENT
from tests.submissions.service import READ, WRITE

STEWARD, PLAN = "UBND-P42", "KH-167-HATINH"


def content(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(EXAMPLE_CONTENT) | changes


async def create(service, form: str, agency: str = STEWARD, **body: Any) -> Any:
    asked = {"id": form, "plan": PLAN, "content": content(), **body}
    return await service.http.post("/v1/forms", json=asked, headers=service.caller(agency))


async def put(service, form: str, etag: str, body: dict[str, Any], agency: str = STEWARD) -> Any:
    headers = {**service.caller(agency), "If-Match": etag}
    return await service.http.put(f"/v1/forms/{form}/draft", json={"content": body}, headers=headers)


async def publish(service, form: str, etag: str, agency: str = STEWARD, **body: Any) -> Any:
    headers = {**service.caller(agency), "If-Match": etag}
    asked = {"reason": "Theo hướng dẫn mới", **body}
    return await service.http.post(f"/v1/forms/{form}/publish", json=asked, headers=headers)


async def get(service, path: str, agency: str = "HT-SNV") -> Any:
    return await service.http.get(f"/v1/forms/{path}", headers=service.caller(agency))


async def published(service, form: str, **changes: Any) -> Any:
    """Return the answer to a form's first publishing."""
    drafted = await create(service, form, content=content(**changes))
    return await publish(service, form, drafted.headers["etag"])


async def test_a_draft_is_changed_published_and_then_never_changes(service):
    drafted = await create(service, "ht-one")
    hidden = await get(service, "ht-one")
    changed = await put(service, "ht-one", drafted.headers["etag"], content(title_en="Counselling"))
    stale = await put(service, "ht-one", drafted.headers["etag"], content())
    out = await publish(service, "ht-one", changed.headers["etag"], applies_from="2027-S1")
    version = await get(service, "ht-one/versions/1")
    (told,) = await service.events("form.published", "ht-one")

    assert (drafted.status_code, drafted.headers["location"]) == (201, "/v1/forms/ht-one/draft")
    assert (hidden.status_code, changed.status_code, stale.status_code) == (404, 200, 412)
    assert (changed.json()["revision"], changed.json()["changed_by"]) == (2, STEWARD)
    assert (out.status_code, out.json()["version"], out.json()["applies_from"]) == (201, 1, "2027-01-01")
    assert (version.json()["title_en"], version.json()["state"]) == ("Counselling", "published")
    assert version.headers["etag"] == out.headers["etag"]
    assert told["reason"] == "Theo hướng dẫn mới"
    assert (await publish(service, "ht-one", changed.headers["etag"])).status_code == 404


async def test_the_next_version_begins_from_the_newest_and_is_compared_with_it(service):
    first = await published(service, "ht-two")
    indicators = copy.deepcopy(content()["tables"][0]["indicators"])
    indicators[0]["maximum"] = 500
    table = content()["tables"][0] | {"indicators": indicators, "reporters": ["ministry"]}
    rule = {
        "id": "not-negative",
        "kind": "cross_cell",
        "severity": "warning",
        "on": ["COUNSELLING.DOMESTIC.FLOW"],
        "expression": "[COUNSELLING.DOMESTIC.FLOW] >= 0",
        "message_vi": "Không âm.",
        "message_en": "Not negative.",
    }
    second = await put(service, "ht-two", first.headers["etag"], content(tables=[table], rules=[rule]))
    out = await publish(service, "ht-two", second.headers["etag"], applies_from="2028")
    diff = await get(service, "ht-two/versions/2/diff?with=1")
    page = await get(service, "ht-two/versions/2/diff?with=1&limit=1")

    assert second.json()["version"] == 2, second.text
    assert out.json()["link"] == "/v1/forms/ht-two/versions/2"
    assert [(one["difference"], one["path"]) for one in diff.json()["items"]] == [
        ("changed", "/applies_from"),
        ("changed", "/tables/COUNSELLING/indicators/COUNSELLING.DOMESTIC.FLOW/maximum"),
        ("added", "/tables/COUNSELLING/reporters"),
        ("added", "/rules"),
    ]
    assert (diff.json()["with"], page.json()["items"]) == (1, diff.json()["items"][:1])
    versions = (await get(service, "ht-two")).json()["versions"]
    assert [(one["version"], one["applies_from"]) for one in versions] == [(1, "2027-01-01"), (2, "2028-01-01")]


@pytest.mark.parametrize("agency", ["HT-SNV", "BNG"])
async def test_only_the_steward_of_the_plan_drafts_its_forms(service, agency):
    stranger = await create(service, "ht-three", agency)
    first = await published(service, f"ht-{agency.lower()}")
    change = await put(service, f"ht-{agency.lower()}", first.headers["etag"], content(), agency)

    assert (stranger.status_code, stranger.json()["code"]) == (403, "not_steward")
    assert (change.status_code, change.json()["plans"]) == (403, [PLAN])


async def test_a_draft_is_not_there_for_others(service):
    drafted = await create(service, "ht-four")
    seen = await get(service, "ht-four/draft", STEWARD)
    known = {**service.caller(STEWARD), "If-None-Match": seen.headers["etag"]}

    assert seen.headers["etag"] == drafted.headers["etag"]
    assert seen.json()["content"]["title_vi"] == EXAMPLE_CONTENT["title_vi"]
    assert (await service.http.get("/v1/forms/ht-four/draft", headers=known)).status_code == 304
    assert (await get(service, "ht-four/draft", "BNG")).status_code == 404
    assert (await put(service, "ht-four", seen.headers["etag"], content(), "BNG")).status_code == 404
    assert (await get(service, "ht-four/versions/1")).status_code == 404
    assert "ht-four" not in (await get(service, "?limit=500")).text
    assert (await create(service, "ht-four")).json()["code"] == "form_exists"


async def test_a_discarded_draft_is_gone(service):
    first = await published(service, "ht-five")
    second = await put(service, "ht-five", first.headers["etag"], content())
    headers = {**service.caller(STEWARD), "If-Match": second.headers["etag"]}
    gone = await service.http.delete("/v1/forms/ht-five/draft", headers=headers)

    assert gone.status_code == 204
    assert (await get(service, "ht-five/draft", STEWARD)).status_code == 404
    assert (await service.http.delete("/v1/forms/ht-five/draft", headers=headers)).status_code == 404


async def test_a_form_used_by_several_plans_is_changed_by_an_administrator(service):
    newest = (await get(service, "migration-data")).json()["versions"][-1]
    etag = (await get(service, f"migration-data/versions/{newest['version']}")).headers["etag"]
    refused = await put(service, "migration-data", etag, content())
    admin = service.caller("BNG", scopes=[READ, WRITE, "submissions:review", "admin"])
    taken = await service.http.put(
        "/v1/forms/migration-data/draft", json={"content": content()}, headers={**admin, "If-Match": etag}
    )

    assert (refused.status_code, refused.json()["plans"]) == (403, [PLAN, "QD-402-2020"])
    assert (taken.status_code, taken.json()["version"]) == (200, newest["version"] + 1)


@pytest.mark.parametrize(
    ("change", "places"),
    [
        ({"tables": []}, ["/content"]),
        ({"title_vi": "", "applies_from": "someday"}, ["/content/title_vi", "/content/applies_from"]),
        ({"colour": "red"}, ["/content/colour"]),
        ({"dimensions": [], "applies_to": "2020-01-01"}, ["/content"]),
        ({"rules": [{"id": "x"}]}, [f"/content/rules/0/{name}" for name in
          ("kind", "severity", "expression", "message_vi", "message_en")]),
    ],
)  # fmt: skip
async def test_every_mistake_of_a_form_is_found_where_it_is(service, change, places):
    answer = await create(service, "ht-wrong", content=content(**change))

    assert (answer.status_code, answer.json()["code"]) == (422, "content_invalid"), answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == places


async def test_what_nobody_would_owe_is_not_published(service):
    table = content()["tables"][0] | {"reporters": ["ministry", "department_provincial"]}
    table["plans"] = ["KH-167-HATIN"]
    table["indicators"] = [table["indicators"][0] | {"reporters": ["minister"]}]
    refused = await published(service, "ht-nobody", tables=[table])

    assert (refused.status_code, refused.json()["code"]) == (422, "form_asks_nobody"), refused.text
    assert refused.json()["errors"] == [
        {"pointer": "/content/tables/0/plans/0", "value": "KH-167-HATIN"},
        {"pointer": "/content/tables/0/reporters/1", "value": "department_provincial"},
        {"pointer": "/content/tables/0/indicators/0/reporters/0", "value": "minister"},
    ]


async def test_a_dimension_is_not_called_like_another_column(service):
    (sex,) = content()["dimensions"]
    alike = [sex | {"title_vi": "Ly do"}, sex | {"code": "SEX"}, sex | {"code": "gender", "title_vi": "Phái"}]
    refused = await published(service, "ht-alike", dimensions=alike)

    assert (refused.status_code, refused.json()["code"]) == (422, "form_columns_alike"), refused.text
    assert refused.json()["errors"] == [
        {"pointer": "/content/dimensions/0/title_vi", "value": "Ly do", "column": "reason"},
        {"pointer": "/content/dimensions/1/code", "value": "SEX", "column": "sex"},
        {"pointer": "/content/dimensions/1/title_en", "value": "Sex", "column": "sex"},
        {"pointer": "/content/dimensions/2/title_en", "value": "Sex", "column": "sex"},
    ]


@pytest.mark.parametrize("form", ["HT-One", "ht_one", "ht.one", "-ht", "h" * 61])
async def test_a_form_is_called_as_an_obligation_can_name_it(service, form):
    answer = await create(service, form)

    assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (422, ["/id"])


async def test_all_that_contradicts_is_said_at_once(service):
    answer = await create(service, "ht-wrong", content=content(dimensions=[], applies_to="2020-01-01"))

    assert "no code list for dimension sex" in answer.text
    assert "ends before it begins" in answer.text


async def test_a_version_does_not_apply_before_the_one_that_it_follows(service):
    first = await published(service, "ht-six")
    second = await put(service, "ht-six", first.headers["etag"], content())
    early = await publish(service, "ht-six", second.headers["etag"], applies_from="2026")
    odd = await publish(service, "ht-six", second.headers["etag"], applies_from="soon")

    assert (early.status_code, early.json()["code"]) == (422, "form_period_too_early")
    assert odd.status_code == 422


async def test_cycles_keep_their_version_unless_it_is_asked_to_bind_those_not_begun(service):
    first = await published(service, "ht-seven", applies_from="2020-01-01")
    await service.sql("update obligation set form = 'ht-seven' where id in ('OHT-05', 'OHT-07')")
    for period in ("2026-07-01/P1M", "2026-08-01/P1M"):
        asked = {"obligation": "OHT-05", "period": period, "reporters": ["HT-CAT"], "reason": "Đột xuất"}
        opened = await service.http.post("/v1/cycles", json=asked, headers=service.caller("HT-SNGV"))
        assert (opened.json()["form"], opened.json()["form_version"]) == ("ht-seven", 1), opened.text
    figure = {"indicator": "COUNSELLING.DOMESTIC.FLOW", "dimensions": {"sex": "female"}, "value": 3}
    report = {"obligation": "OHT-05", "period": "2026-07-01/P1M", "agency": "HT-CAT", "observations": [figure]}
    sent = await service.http.post("/v1/submissions", json=report, headers=service.caller("HT-CAT"))
    second = await put(service, "ht-seven", first.headers["etag"], content(applies_from="2020-01-01"))
    out = await publish(service, "ht-seven", second.headers["etag"], rebind=True)
    begun = await service.occurrence("OHT-05", "2026-07-01/P1M", "HT-CAT")
    fresh = await service.occurrence("OHT-05", "2026-08-01/P1M", "HT-CAT")
    told = await service.events("cycle.form_changed")

    assert sent.status_code == 201, sent.text
    assert (out.json()["rebound"], out.json()["bound_before"]) == (1, 1)
    assert (begun["form_version"], fresh["form_version"]) == (1, 2)
    assert [one["subject"] for one in told] == [fresh["cycle"]]


async def test_a_writing_scope_is_needed(service):
    headers = service.caller(STEWARD, scopes=[READ, WRITE])
    answer = await service.http.post(
        "/v1/forms", json={"id": "x", "plan": PLAN, "content": content()}, headers=headers
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
