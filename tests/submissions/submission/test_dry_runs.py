"""A dry run gives the findings of the real run, whatever comes in and in whatever format."""

import io
from typing import Any

import openpyxl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.submissions.checking.builders import as_csv
from tests.submissions.service import a_report

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SDMX = "application/vnd.sdmx.data+csv;version=2.0.0"
TARGET = {"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-SGDDT"}
DIMENSIONS = ("sex", "age_group", "partner_country", "skill_level")
CELLS = st.fixed_dictionaries(
    {
        "indicator": st.sampled_from(["LABOUR.OUT.FLOW", "LABOUR.OUT.FLOW", "NOTHING"]),
        "dimensions": st.fixed_dictionaries(
            {
                "sex": st.sampled_from(["female", "male", "x"]),
                "age_group": st.sampled_from(["adult", "unknown"]),
                "partner_country": st.sampled_from(["JP", "KR", "TW", "XX"]),
                "skill_level": st.sampled_from(["skilled", "unskilled"]),
            }
        ),
        "value": st.sampled_from([0, 1, 12, -1, None, "12 người", "1,5", 10**12]),
        "status": st.sampled_from([None, None, "not_available", "odd"]),
        "reason": st.sampled_from([None, "Chưa có"]),
    }
)
REPORTS = st.lists(CELLS, min_size=1, max_size=4)


def bodies(cells: list[dict[str, Any]]) -> dict[str, bytes]:
    """Return one report in every format but JSON, by media type."""
    book = openpyxl.Workbook()
    book.active.append(["indicator", *DIMENSIONS, "value", "status", "reason"])
    sdmx = [
        "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,SEX,AGE_GROUP,PARTNER_COUNTRY,SKILL_LEVEL,OBS_VALUE,OBS_STATUS,REASON"
    ]
    for one in cells:
        row = [one["indicator"], *(one["dimensions"][name] for name in DIMENSIONS)]
        row += [one[name] for name in ("value", "status", "reason")]
        book.active.append(row)
        quoted = ['"' + ("" if cell is None else str(cell)) + '"' for cell in row]
        sdmx.append(",".join(["dataflow", "GCM:migration-data(1.0)", "R", *quoted]))
    file = io.BytesIO()
    book.save(file)
    return {"text/csv": as_csv(cells).encode(), XLSX: file.getvalue(), SDMX: "\n".join(sdmx).encode()}


async def findings(service, answer: Any, by: str) -> list[Any]:
    """Return what was found: by a refusal, by a dry run, or with what was stored."""
    body = answer.json()
    if answer.status_code == 422 or body.get("dry_run"):
        return [one[by] for one in body["errors"]]
    headers = service.caller("HT-SGDDT")
    stored = await service.http.get(f"/v1/submissions/{body['id']}/findings?limit=500", headers=headers)
    return [one[by] for one in stored.json()["items"]]


QUICK = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@QUICK
@given(REPORTS)
async def test_a_dry_run_finds_what_the_real_run_finds(service, cells):
    headers = service.caller("HT-SGDDT")
    sent = {**bodies(cells), "application/json": None}
    rules: dict[str, list[str]] = {}
    for media, body in sent.items():
        answers = []
        for dry_run in ("true", "false"):
            asked = {"params": {"dry_run": dry_run}, "headers": headers}
            if body is None:
                report = a_report("HT-SGDDT", observations=cells)
                answers.append(await service.http.post("/v1/submissions", json=report, **asked))
            else:
                asked = {"params": {**TARGET, "dry_run": dry_run}, "headers": {**headers, "Content-Type": media}}
                answers.append(await service.http.post("/v1/submissions", content=body, **asked))
        dry, real = answers
        assert (dry.status_code, real.status_code) in ((422, 422), (200, 201), (200, 200)), media
        by = "rule" if real.status_code == 200 else "id"  # the same content came before, in another format
        assert await findings(service, dry, by) == await findings(service, real, by), media
        if real.status_code == 422:
            rules[media] = sorted(one["rule"] for one in real.json()["errors"] if one["severity"] == "error")

    assert len({tuple(found) for media, found in rules.items() if media not in (SDMX, XLSX)}) <= 1, rules
