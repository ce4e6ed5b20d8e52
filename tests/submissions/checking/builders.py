"""Builders for tests of the checks: the loaded form, periods, bodies, files."""

import csv
import io
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from services.submissions.checking.check import CheckResult, ReportContext, check
from services.submissions.checking.check_narrative import OwedTask
from services.submissions.checking.findings import Finding
from services.submissions.checking.read_csv import read_csv
from services.submissions.checking.read_json import read_json
from services.submissions.cycle.periods import read_period
from services.submissions.form.definition import FormDefinition

FORMS = Path(__file__).resolve().parents[3] / "data" / "forms"
FIELDS = ("value", "status", "reason")
TASKS = (
    OwedTask("QD-402-2020/1.1", "Phổ biến GCM", "Disseminate the GCM", leads=False),
    OwedTask("QD-402-2020/2.1", "Thu thập số liệu", "Collect data", leads=True),
)


@cache
def a_form(name: str = "migration-data-1") -> FormDefinition:
    return FormDefinition.model_validate_json((FORMS / f"{name}.json").read_bytes())


def an_observation(**changes: Any) -> dict[str, Any]:
    dimensions = {
        "sex": "female",
        "age_group": "adult",
        "partner_country": "JP",
        "skill_level": "skilled",
        **changes.pop("dimensions", {}),
    }
    kept = {name: code for name, code in dimensions.items() if code is not ...}
    return {"indicator": "LABOUR.OUT.FLOW", "dimensions": kept, "value": 12, **changes}


def check_json(
    *observations: Any, period: str = "2026-S1", form: str = "migration-data-1", **body: Any
) -> CheckResult:
    raw = json.dumps({"observations": list(observations), **body}).encode()
    return check_raw(raw, period=period, form=form)


def check_raw(
    raw: bytes, *, period: str = "2026-S1", form: str = "migration-data-1", plan: str = "KH-167-HATINH"
) -> CheckResult:
    content = read_json(raw).columns(a_form(form))
    return check(a_form(form), read_period(period), content, ReportContext(plan=plan, tasks=TASKS))


def check_csv(
    raw: bytes | str,
    *,
    period: str = "2026-S1",
    form: str = "migration-data-1",
    nil: Sequence[str] = ("ADOPTION",),
) -> CheckResult:
    data = raw.encode() if isinstance(raw, str) else raw
    content = read_csv(data, a_form(form), nil)
    return check(a_form(form), read_period(period), content, ReportContext(plan="KH-167-HATINH", tasks=TASKS))


def as_csv(observations: Sequence[dict[str, Any]], separator: str = ",") -> str:
    """Write observations the way a client would."""
    dimensions = sorted({name for one in observations for name in one["dimensions"]})
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(["indicator", *dimensions, *FIELDS])
    for one in observations:
        codes = [one["dimensions"].get(name, "") for name in dimensions]
        writer.writerow([one["indicator"], *codes, *("" if one.get(f) is None else one[f] for f in FIELDS)])
    return text.getvalue()


def mistakes(result: CheckResult) -> list[Finding]:
    """The findings that stand against the report."""
    return [finding for finding in result.findings if finding.severity in ("error", "blocker")]


def rules(result: CheckResult) -> list[str]:
    return [finding.rule for finding in mistakes(result)]


def places(result: CheckResult) -> list[tuple[str, Any]]:
    """Rule and place of every finding that stands against the report."""
    return [
        (f.rule, f.place.pointer if f.place.pointer is not None else (f.place.row, f.place.column))
        for f in mistakes(result)
    ]
