"""Who sees what: the reporter, its line, the steward; to everyone else nothing is there."""

import pytest
from sqlalchemy import event

from tests.submissions.fake_registry import PLAN_402, PLAN_HT, SEVEN
from tests.submissions.service import READ, a_report


async def listed(service, agency, **options):
    answer = await service.http.get("/v1/occurrences?limit=500", headers=service.caller(agency, **options))
    return {(one["obligation"], one["agency"]) for one in answer.json()["items"]}


async def test_a_reporter_sees_what_it_owes_and_nothing_else(service):
    assert await listed(service, "HT-STP") == {("OHT-01", "HT-STP")}


@pytest.mark.parametrize("agency", ["HT-SNGV", "UBND-P42"])
async def test_recipient_and_next_level_see_everyone_on_their_line(service, agency):
    assert {("OHT-01", one) for one in SEVEN} <= await listed(service, agency)


async def test_a_steward_sees_its_plan(service):
    assert {("O402-02", "BCA"), ("O402-07", "BNG")} <= await listed(service, "BNG")


async def test_who_stands_outside_sees_an_empty_list_and_404(service):
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-STP")
    stored = await service.http.post("/v1/submissions", json=a_report("HT-STP"), headers=service.caller("HT-STP"))
    submission = f"/v1/submissions/{stored.json()['id']}"
    doors = [
        ("GET", f"/v1/occurrences/{owed['id']}", {}),
        ("GET", f"/v1/cycles/{owed['cycle']}", {}),
        ("GET", f"/v1/occurrences/{owed['id']}/draft", {}),
        ("POST", f"/v1/occurrences/{owed['id']}/draft/submit", {}),
        ("GET", submission, {}),
        *(("GET", f"{submission}/{part}", {}) for part in ("findings", "observations", "receipt")),
        ("POST", f"{submission}/accept", {}),
        ("POST", f"{submission}/return", {"reason_code": "other", "text": "x"}),
        ("POST", "/v1/submissions", {"occurrence": owed["id"], "nil": ["*"]}),
        ("POST", "/v1/cycles", {"obligation": "OHT-05", "period": "2026", "reason": "x", "reporters": ["TTG"]}),
    ]
    answers = {
        (method, path): (
            await service.http.request(method, path, json=body or None, headers=service.caller("TTG"))
        ).status_code
        for method, path, body in doors
    }

    assert await listed(service, "TTG") == set()
    assert set(answers.values()) == {404}, answers


async def test_a_client_is_kept_to_its_plans(service):
    assert await listed(service, "HT-SNGV", plans=[PLAN_402]) == set()
    assert await listed(service, "HT-SNGV", plans=[PLAN_HT])


async def test_the_successor_of_an_ended_agency_sees_its_reports_and_a_transfer_gives_no_such_right(service):
    await service.sql(
        "insert into occurrence (id, cycle_id, agency, duty, state)"
        " select uuidv7(), id, 'HT-SLDTBXH', 'HT-SLDTBXH', 'owed' from cycle"
        " where (obligation, period) = ('OHT-01', '2026-S1')"
    )
    await service.sql("insert into agency_successor values ('HT-SLDTBXH', 'HT-SGDDT', 'transfer', '2025-03-01')")

    assert ("OHT-01", "HT-SLDTBXH") in await listed(service, "HT-SNV")
    assert ("OHT-01", "HT-SLDTBXH") not in await listed(service, "HT-SGDDT")


async def test_a_missing_scope_is_403_at_every_door(service):
    nothing = service.caller("HT-STP", scopes=["registry:read"])
    paths = service.app.openapi()["paths"]
    filled = "01a20187-4fa7-76ec-9bcd-4c3c81cb6347"
    answers = {}
    for path, methods in paths.items():
        if path == "/.well-known/receipt-jwks.json":
            continue
        for method in methods:
            door = path.replace("{version}", "1").replace("{form}", "migration-data")
            for name in ("occurrence", "submission", "cycle"):
                door = door.replace("{" + name + "}", filled)
            answer = await service.http.request(
                method.upper(), door, json={}, headers={**nothing, "If-Match": '"x"'}
            )
            answers[(method, path)] = answer.status_code

    assert set(answers.values()) <= {403, 422}, answers
    assert 200 not in answers.values()


async def test_every_door_but_the_receipt_keys_asks_who_is_there(service):
    answers = {}
    for path, methods in service.app.openapi()["paths"].items():
        for method in methods:
            answer = await service.http.request(method.upper(), path.replace("{", "").replace("}", ""), json={})
            answers[(method, path)] = answer.status_code
    open_doors = {door for door, status in answers.items() if status not in (401, 422)}

    assert open_doors == {("get", "/.well-known/receipt-jwks.json")}


async def test_lists_take_a_constant_number_of_statements(service):
    counts = {}
    for limit in (1, 500):
        statements = []
        engine = service.app.state.runtime.database.engine.sync_engine

        def note(_connection, _cursor, statement, *_, seen=statements):
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        for door in ("/v1/occurrences", "/v1/cycles", "/v1/compliance"):
            before = len(statements)
            params = {"limit": limit}
            await service.http.get(door, params=params, headers=service.caller("HT-SNGV", scopes=[READ]))
            counts.setdefault(door, set()).add(len(statements) - before)
        event.remove(engine, "before_cursor_execute", note)

    assert all(len(seen) == 1 for seen in counts.values()), counts
    assert all(max(seen) <= 3 for seen in counts.values()), counts


@pytest.mark.parametrize(
    "door",
    ["/v1/occurrences?colour=red", "/v1/cycles?state=owed", "/v1/compliance?colour=red", "/v1/audit?colour=red"],
)
async def test_an_unknown_parameter_is_refused(service, door):
    answer = await service.http.get(door, headers=service.caller("BNG"))

    assert (answer.status_code, answer.json()["code"]) == (400, "parameter_unknown")


async def test_a_cursor_of_somewhere_else_is_refused(service):
    answer = await service.http.get("/v1/occurrences?cursor=xyz", headers=service.caller("BNG"))

    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


async def test_of_several_agencies_that_a_report_passes_through_each_sees_it(service):
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-STP")
    passes = "update cycle set via = $2 where id = $1::uuid returning id"
    await service.sql(passes, owed["cycle"], "KT-SNGV|TTG")
    seen = [await listed(service, agency) for agency in ("KT-SNGV", "TTG")]
    await service.sql(passes, owed["cycle"], None)

    assert all(("OHT-01", "HT-STP") in one for one in seen)
