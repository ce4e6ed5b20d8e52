"""Codes that are suggested for what a document names without one: the instrument and its obligations."""

import re
from datetime import date

ABBREVIATIONS = {
    "quyet_dinh": "QD",
    "ke_hoach": "KH",
    "cong_van": "CV",
    "nghi_quyet": "NQ",
    "nghi_dinh": "ND",
    "thong_tu": "TT",
    "to_trinh": "TTR",
    "chi_thi": "CT",
    "chuong_trinh": "CTR",
    "bao_cao": "BC",
    "thong_bao": "TB",
    "huong_dan": "HD",
    "luat": "LUAT",
}
_FIGURES = re.compile(r"^\W*(\d{1,6})")
LONGEST_OBLIGATION = 40


def suggest_code(
    doc_type: str | None, number: str | None, issued_on: date | None, province: str | None
) -> str | None:
    """Suggest the code of an instrument: kind, number, year, and its province; None where too little is known."""
    figures = _FIGURES.match(number or "")
    if figures is None and issued_on is None and province is None:
        return None
    parts = (
        ABBREVIATIONS.get(doc_type or "", "VB"),
        figures[1].lstrip("0") if figures else None,
        str(issued_on.year) if issued_on else None,
        province,
    )
    return "-".join(part for part in parts if part)


def obligation_code(plan: str, number: int) -> str:
    """Return the code of the n-th obligation of a plan that brings none of its own."""
    tail = f"-{number:02}"
    return "O-" + plan[: LONGEST_OBLIGATION - 2 - len(tail)] + tail
