"""Agencies from a spreadsheet: what the preview says, and that applying does exactly that."""

import io
import time

import openpyxl
import pytest
import sqlalchemy as sa

from tests.registry.importing.builders import (
    IMPORTS,
    XLSX,
    a_csv,
    a_row,
    apply,
    preview,
    rows_of,
    rules,
    send,
)
from tests.registry.statements import counted_statements


async def read(client, headers, agency, day="2026-02-01"):
    return (await client.get(f"/v1/agencies/{agency}?as_of={day}", headers=headers)).json()


async def test_a_preview_changes_nothing_and_applying_does_what_it_says(client, reader, writer):
    content = a_csv(
        a_row("HT-I2", parent="HT-I1"),
        a_row("HT-I1", aliases="Sở I1|SI1", qcvn102="000.00.81.H81", valid_from="01/02/2026", reason="NQ 10"),
        {"id": "HT-STP", "name_vi": "Sở Tư pháp tỉnh Hà Tĩnh"},
        a_row("HT-I3", kind="club", parent="NOBODY"),
    )

    made = await preview(client, writer, content)

    assert made.json()["counts"] == {"create": 1, "change": 0, "unchanged": 1, "rejected": 2}
    rows = await rows_of(client, writer, made)
    assert [(row["row"], row["outcome"]) for row in rows] == [
        (2, "rejected"),
        (3, "create"),
        (4, "unchanged"),
        (5, "rejected"),
    ]
    assert [(f["rule"], f["column"], f["value"], f["row"]) for f in rows[3]["findings"]] == [
        ("value_invalid", "kind", "club", 5),
        ("agency_unknown", "parent", "NOBODY", 5),
    ]
    assert rules(rows[0]) == ["not_there_then"]
    assert (await client.get("/v1/agencies/HT-I1", headers=reader)).status_code == 404

    applied = await apply(client, writer, made)

    assert (applied.status_code, applied.json()["state"]) == (200, "applied")
    agency = await read(client, reader, "HT-I1")
    assert (agency["valid_from"], agency["aliases"]) == ("2026-02-01", ["SI1", "Sở I1"])
    assert [code["code"] for code in agency["codes"]] == ["H81.81"]
    assert (await client.get("/v1/agencies/HT-I3", headers=reader)).status_code == 404
    history = (await client.get("/v1/agencies/HT-I1/history", headers=reader)).json()
    assert [(c["act"], c["reason"], c["author"]) for c in history["changes"]] == [("created", "NQ 10", "BNG")]


async def test_a_row_may_stand_under_one_that_comes_later(client, reader, writer):
    made = await preview(client, writer, a_csv(a_row("HT-J2", parent="HT-J1"), a_row("HT-J1")))

    assert (await apply(client, writer, made)).status_code == 200
    assert (await read(client, reader, "HT-J2"))["parent"] == "HT-J1"


async def test_a_change_holds_from_its_day_and_an_end_ends(client, reader, writer):
    await apply(client, writer, await preview(client, writer, a_csv(a_row("HT-K1"), a_row("HT-K2"))))
    content = a_csv(
        {"id": "HT-K1", "name_en": "Renamed", "valid_from": "2026-06-01"},
        {"id": "HT-K2", "valid_to": "2026-06-30"},
    )

    made = await preview(client, writer, content)

    rows = await rows_of(client, writer, made)
    assert [row["outcome"] for row in rows] == ["change", "change"]
    assert (rows[0]["change"]["before"]["name_en"], rows[0]["change"]["after"]["name_en"]) == (
        "Imported HT-K1",
        "Renamed",
    )
    assert (await apply(client, writer, made)).status_code == 200
    names = [(await read(client, reader, "HT-K1", day))["name_en"] for day in ("2026-05-31", "2026-06-01")]
    assert names == ["Imported HT-K1", "Renamed"]
    assert (await read(client, reader, "HT-K2", "2026-07-01"))["exists"] is False


async def test_what_was_applied_is_unchanged_when_it_comes_again(client, writer):
    content = a_csv(a_row("HT-L1", aliases="L|M", qcvn102="H82"))
    await apply(client, writer, await preview(client, writer, content))

    assert (await preview(client, writer, content)).json()["counts"]["unchanged"] == 1


@pytest.mark.parametrize(
    ("changes", "rule", "column"),
    [
        ({"id": "small"}, "value_invalid", "id"),
        ({"id": ""}, "value_missing", "id"),
        ({"name_en": ""}, "value_missing", "name_en"),
        ({"valid_from": "29/02/2026"}, "value_invalid", "valid_from"),
        ({"valid_from": "9999-12-31"}, "value_invalid", "valid_from"),
        ({"valid_from": "01/02/26"}, "value_invalid", "valid_from"),
        ({"valid_to": "2025-12-31"}, "day_invalid", "valid_to"),
        ({"province": "P999"}, "not_there_then", "province"),
        ({"province": "P62"}, "not_there_then", "province"),
        ({"parent": "BLDTBXH"}, "not_there_then", "parent"),
        ({"parent": "HT-M1"}, "parent_circle", "parent"),
        ({"time_zone": "Asia/Hanoi"}, "value_invalid", "time_zone"),
        ({"host_country": "LA"}, "value_invalid", "host_country"),
        ({"qcvn102": "G09"}, "code_taken", "qcvn102"),
        ({"qcvn102": "what"}, "value_invalid", "qcvn102"),
        ({"name_vi": "x" * 301}, "text_too_long", "name_vi"),
        ({"name_vi": "#REF!"}, "formula_error", "name_vi"),
        ({"id": "BNV", "name_en": "x", "valid_to": "2026-12-31"}, "end_and_change", "valid_to"),
        ({"id": "UBND-P42", "name_vi": "", "name_en": "", "kind": "", "parent": "", "province": "",
          "valid_from": "", "valid_to": "2026-12-31"}, "day_invalid", "valid_to"),
    ],
)  # fmt: skip
async def test_a_row_that_is_wrong_is_rejected_with_its_place(client, writer, changes, rule, column):
    made = await preview(client, writer, a_csv(a_row("HT-M1", **changes)))

    (row,) = await rows_of(client, writer, made)
    assert row["outcome"] == "rejected", row
    assert (rule, column) in [(f["rule"], f["column"]) for f in row["findings"]], row["findings"]
    assert all(f["message_vi"] and f["message_en"] and "{" not in f["message_vi"] for f in row["findings"])


async def test_all_findings_of_a_row_are_told_at_once(client, writer):
    made = await preview(
        client, writer, a_csv(a_row("HT-N1", name_en="", kind="club", valid_from="soon", province="nowhere"))
    )

    (row,) = await rows_of(client, writer, made)
    assert {f["column"] for f in row["findings"]} >= {"name_en", "kind", "valid_from", "province"}


async def test_rows_that_repeat_circle_or_fall_with_others_are_rejected(client, writer):
    content = a_csv(
        a_row("HT-O1", parent="HT-O2"),
        a_row("HT-O2", parent="HT-O1"),
        a_row("HT-O3"),
        a_row("HT-O3", name_en="Other"),
        a_row("HT-O4", parent="HT-O5"),
        a_row("HT-O5", kind="club"),
        a_row("HT-O6", parent="HT-O4"),
    )

    rows = await rows_of(client, writer, await preview(client, writer, content))

    assert {row["subject"]: rules(row) for row in rows if row["outcome"] == "rejected" and row["row"] != 5} == {
        "HT-O1": ["parent_circle"],
        "HT-O2": ["parent_circle"],
        "HT-O4": ["parent_rejected"],
        "HT-O5": ["value_invalid"],
        "HT-O6": ["parent_rejected"],
    }
    assert rules(rows[3]) == ["row_repeated"]
    assert rows[2]["outcome"] == "create"


async def test_names_are_understood_and_several_are_asked_back(client, writer):
    content = a_csv(
        a_row("HT-P1", parent="ủy ban nhân dân tỉnh hà tĩnh", province="Hà Tĩnh", kind="Sở"),
        a_row("HT-P2", parent="Sở Ngoại vụ"),
    )

    rows = await rows_of(client, writer, await preview(client, writer, content))

    after = rows[0]["change"]["after"]
    assert (after["parent"], after["province"], after["kind"]) == ("UBND-P42", "P42", "provincial_department")
    assert rules(rows[1]) in (["agency_ambiguous"], ["not_there_then"], [])


async def test_a_registry_that_changed_underneath_is_not_overrun(client, reader, writer):
    made = await preview(client, writer, a_csv(a_row("HT-Q1"), a_row("HT-Q2")))
    other = a_row("HT-Q1", reason="x")
    assert (
        await client.post("/v1/agencies", json=other | {"name_en": "Other"}, headers=writer)
    ).status_code == 201

    refused = await apply(client, writer, made)

    assert (refused.status_code, refused.json()["code"]) == (409, "import_outdated")
    assert [(d["row"], d["was"]) for d in refused.json()["differs"]] == [(2, "create")]
    assert (await client.get("/v1/agencies/HT-Q2", headers=reader)).status_code == 404


async def test_applying_needs_what_was_read_and_twice_is_once(client, writer, database):
    made = await preview(client, writer, a_csv(a_row("HT-R1")))
    url = f"{IMPORTS}/{made.json()['id']}"

    without = await client.post(f"{url}/apply", headers=writer)
    stale = await client.post(f"{url}/apply", headers=writer | {"If-Match": '"old"'})
    first, second = await apply(client, writer, made), await apply(client, writer, made)

    assert [a.status_code for a in (without, stale, first, second)] == [428, 412, 200, 200]
    assert first.json() == second.json()
    async with database.transaction() as session:
        told = sa.text("select count(*) from event where subject = 'HT-R1' and type = 'agency.changed'")
        assert (await session.execute(told)).scalar_one() == 1


# -- rights -----------------------------------------------------------------------------------------------


async def test_a_provincial_steward_imports_into_its_province_only(client, caller):
    steward = caller("HT-SNGV", "registry:read", "registry:write")
    content = a_csv(
        a_row("HT-S1"), a_row("KT-S1", province="P62", parent="UBND-P62"), {"id": "BNV", "name_en": "x"}
    )

    rows = await rows_of(client, steward, await preview(client, steward, content))

    assert [row["outcome"] for row in rows] == ["create", "rejected", "rejected"]
    assert "not_steward" in rules(rows[1])
    assert rules(rows[2]) == ["not_steward"]


async def test_others_neither_send_nor_see_imports(client, caller, writer):
    made = await preview(client, writer, a_csv(a_row("HT-U1")))
    stranger = caller("HT-STP", "registry:read", "registry:write")
    url = f"{IMPORTS}/{made.json()['id']}"

    sent = await send(client, stranger, a_csv(a_row("HT-U2")))
    seen = [await client.get(url + tail, headers=stranger) for tail in ("", "/rows", "/rejected")]
    seen.append(await client.post(f"{url}/apply", headers=stranger | {"If-Match": made.headers["ETag"]}))
    unscoped = await client.get(url, headers=caller("BNG", "registry:read"))

    assert (sent.status_code, sent.json()["code"]) == (403, "not_steward")
    assert {(a.status_code, a.json()["code"]) for a in seen} == {(404, "import_unknown")}
    assert unscoped.status_code == 403


# -- the rejected rows ------------------------------------------------------------------------------------


async def test_rejected_rows_come_back_as_a_file_that_runs_nothing(client, writer):
    content = a_csv(a_row("HT-V1", kind="club", name_vi='=HYPERLINK("http://x")', name_en="+1+1"), a_row("HT-V2"))
    made = await preview(client, writer, content)
    url = f"{IMPORTS}/{made.json()['id']}/rejected"

    as_csv = await client.get(url, headers=writer)
    as_xlsx = await client.get(url, headers=writer | {"Accept": XLSX, "Accept-Language": "en"})

    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"
    text = as_csv.content.decode("utf-8-sig")
    assert "HT-V1" in text
    assert "HT-V2" not in text
    assert '"\'=HYPERLINK(""http://x"")"' in text
    assert ",'+1+1," in text
    assert "Lý do từ chối" in text
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx.content)).active
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0][-2:] == ("Why rejected", "Row")
    assert lines[1][1].startswith("'=")
    assert "club" in lines[1][-2]


async def test_a_rejected_file_that_was_mended_is_taken(client, reader, writer):
    made = await preview(client, writer, a_csv(a_row("HT-W1", kind="club", name_en="+ Plus")))
    back = (await client.get(f"{IMPORTS}/{made.json()['id']}/rejected", headers=writer)).content

    mended = await preview(client, writer, back.replace(b",club,", b",provincial_department,"))

    assert mended.json()["counts"]["create"] == 1, await rows_of(client, writer, mended)
    await apply(client, writer, mended)
    assert (await read(client, reader, "HT-W1"))["name_en"] == "+ Plus"


# -- size -------------------------------------------------------------------------------------------------


async def test_pages_of_rows_come_in_the_order_of_the_file(client, app, writer):
    made = await preview(client, writer, a_csv(*(a_row(f"HT-Z{n}", kind="club") for n in range(30))))
    url = f"{IMPORTS}/{made.json()['id']}/rows"

    with counted_statements(app) as sent:
        first = (await client.get(url, params={"limit": 20, "outcome": "rejected"}, headers=writer)).json()
    second = (await client.get(url, params={"limit": 20, "cursor": first["next_cursor"]}, headers=writer)).json()

    assert [item["number"] for item in (*first["items"], *second["items"])] == list(range(1, 31))
    assert len(sent) <= 3


async def test_five_thousand_rows_take_few_statements_and_seconds(client, app, writer):
    content = a_csv(*(a_row(f"HT-BIG{number}", aliases=f"Tên {number}") for number in range(5_000)))
    started = time.perf_counter()

    with counted_statements(app) as sent:
        made = await preview(client, writer, content)
        applied = await apply(client, writer, made)

    assert made.json()["counts"]["create"] == 5_000
    assert applied.status_code == 200, applied.text
    assert len(sent) < 30, sent
    assert time.perf_counter() - started < 60, "seconds on a quiet machine; this bound is for a busy one"
