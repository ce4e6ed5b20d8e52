"""A year of the loaded plans as reports tell of it: what ministries and one province reported and had accepted."""

from datetime import date, datetime
from typing import Any

import httpx

from kernel.clock import VIETNAM
from tests.submissions.service import READ, REVIEW, WRITE, Service

NATIONAL, PROVINCIAL = "QD-402-2020", "KH-167-HATINH"
CONFIDENTIAL = "data:confidential"
SUMMER, DECEMBER = datetime(2026, 7, 3, 9, tzinfo=VIETNAM), datetime(2026, 12, 20, 8, tzinfo=VIETNAM)
ATTACKS = (
    '#image("/etc/passwd")',
    '#read("/etc/passwd")',
    "#panic() $x$ *đậm* _nghiêng_ `mã` @nhãn <nhãn> \\u{41}",
    "{{ 7*7 }} {% include 'x' %} {year}",
    "<script>alert(1)</script><img src=x onerror=alert(2)> &lt; & \"'",
    "=cmd|' /C calc'!A0",
    "x" * 400,
    "Đắk Lắk, Bà Rịa – Vũng Tàu; Nguyễn Thị Hường, ưỡn ẹo, khuỷu, Ẵ ỵ",
)
LONG = "Đã tổ chức tập huấn cho cán bộ các cấp về di cư an toàn, hợp pháp và trật tự. " * 90
STATUSES = ("met", "on_track", "constrained", "no_progress")


def a_figure(indicator: str, value: Any, **dimensions: str) -> dict[str, Any]:
    """Return one figure."""
    return {"indicator": indicator, "dimensions": dimensions, "value": value}


def labour(sex: str, country: str, value: Any) -> dict[str, Any]:
    """Return how many went abroad to work."""
    return a_figure("LABOUR.OUT.FLOW", value, sex=sex, age_group="unknown", partner_country=country)


def trafficking(value: int) -> dict[str, Any]:
    """Return a figure that not everyone may read."""
    codes = {"sex": "female", "age_group": "adult", "partner_country": "CN"}
    return a_figure("TRAFFICKING.OUT.FLOW", value, **codes, purpose_of_exploitation="unknown")


class Year:
    """What was filled in, and how tests ask for reports of it."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.sent: dict[tuple[str, str, str], dict[str, Any]] = {}

    async def send(self, obligation: str, period: str, agency: str, **content: Any) -> dict[str, Any]:
        """Send a report."""
        body = {"obligation": obligation, "period": period, "agency": agency, **content}
        answer = await self.service.http.post("/v1/submissions", json=body, headers=self.service.caller(agency))
        assert answer.status_code == 201, answer.text
        self.sent[obligation, period, agency] = answer.json()
        return self.sent[obligation, period, agency]

    async def accept(self, obligation: str, period: str, agency: str, by: str, **content: Any) -> None:
        """Send a report and have it accepted."""
        sent = await self.send(obligation, period, agency, **content)
        answer = await self.service.http.post(
            f"/v1/submissions/{sent['id']}/accept", headers=self.service.caller(by)
        )
        assert answer.status_code == 200, answer.text

    async def build(self, obligation: str, period: str, agency: str, **body: Any) -> None:
        """Put a report upward together."""
        owed = await self.service.occurrence(obligation, period, agency)
        door = f"/v1/occurrences/{owed['id']}/consolidation"
        answer = await self.service.http.post(door, json=body, headers=self.service.caller(agency))
        assert answer.status_code == 201, answer.text

    async def ask(
        self,
        kind: str,
        by: str = "BNG",
        *,
        language: str = "vi",
        secret: bool = False,
        group: str | None = None,
        **params: Any,
    ) -> httpx.Response:
        """Ask for a report, with the scope for all confidential figures or for a group of them."""
        rights = [*([CONFIDENTIAL] if secret else []), *([f"{CONFIDENTIAL}:{group}"] if group else [])]
        scopes = (READ, WRITE, REVIEW, *rights)
        headers = {**self.service.caller(by, scopes=scopes), "Accept-Language": language}
        wanted = {"plan": NATIONAL, "year": 2026, "format": "html", **params}
        return await self.service.http.get(f"/v1/reports/{kind}", params=wanted, headers=headers)

    async def read(self, kind: str, by: str = "BNG", **params: Any) -> bytes:
        """Return a report."""
        answer = await self.ask(kind, by, **params)
        assert answer.status_code == 200, answer.text
        return answer.content


async def fill(service: Service) -> Year:
    """Fill the year in: ministries, departments of one province, the province; one report is under review."""
    year = Year(service)
    told = await service.registry.list_tasks(date(2026, 11, 14))
    service.at(SUMMER)
    for department, figures in (
        ("HT-SNV", [labour("female", "JP", 120), labour("male", "JP", 80), labour("male", "KR", 1234)]),
        ("HT-CAT", [labour("female", "TW", 45), trafficking(2)]),
    ):
        await year.accept("OHT-01", "2026-S1", department, "HT-SNGV", observations=figures)
    province = [
        labour("female", "JP", 120),
        labour("male", "KR", 1234),
        labour("unknown", "TW", 45),
        trafficking(3),
    ]
    await year.accept("O402-01", "2026-S1", "UBND-P42", "BNG", observations=province)
    await year.accept("O402-01", "2026-S1", "BCA", "BNG", observations=[labour("female", "JP", 1_000_000)])

    service.at(datetime(2026, 11, 1, 8, tzinfo=VIETNAM))
    await year.accept("OHT-03", "2026", "HT-SNV", "HT-SNGV", narrative=_narrative(told, PROVINCIAL, "HT-SNV"))
    await year.accept("OHT-06", "2026", "HT-SNGV", "UBND-P42", narrative=_narrative(told, PROVINCIAL, "HT-SNGV"))
    for agency in ("BCA", "BTP", "BNV"):
        await year.accept("O402-02", "2026", agency, "BNG", narrative=_narrative(told, NATIONAL, agency))
    for committee in ("UBND-P01", "UBND-P04"):
        await year.accept("O402-02", "2026", committee, "BNG", narrative=_narrative(told, NATIONAL, committee))
    await year.send("O402-02", "2026", "BGDDT", narrative=_narrative(told, NATIONAL, "BGDDT"))
    own = {"observations": [labour("male", "DE", 7)]}
    await year.build("O402-03", "2026", "BNG", own_part=own, missing="go_on", reason="Phải trình đúng hạn.")
    service.at(DECEMBER)
    return year


def _narrative(tasks: Any, plan: str, agency: str) -> dict[str, Any]:
    own = [task for task in tasks if task.plan == plan and agency in (*task.leads, *task.coordinators)]
    said = {
        f"task:{task.id}": {
            "status": STATUSES[number % 4],
            "text": f"{agency}: {ATTACKS[number % len(ATTACKS)]}\n{LONG if number % 9 == 0 else 'Kết quả tốt.'}",
            "evidence": "Báo cáo số 12/BC\n=1+1",
            "funding": "1234.5",
        }
        for number, task in enumerate(own)
    }
    general = {key: {"text": f"{agency} – {key}. {ATTACKS[0]} {ATTACKS[4]}"} for key in SECTIONS}
    return {**general, **said}


SECTIONS = ("general", "difficulties", "proposals")
