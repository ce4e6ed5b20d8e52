"""To whom the result of a task goes, as its printed words say. What they do not name stays unnamed."""

import re

REPORTS = re.compile(r"(?:^|;\s*)(?:báo cáo|tờ trình)\b", re.IGNORECASE)
PRIME_MINISTER, GOVERNMENT = "TTG", "CP"
_PROVINCE = re.compile(r"\b(?:UBND|Ủy ban nhân dân) tỉnh\b", re.IGNORECASE)
_PRIME_MINISTER = re.compile(r"Thủ tướng Chính phủ", re.IGNORECASE)
_GOVERNMENT = re.compile(r"(?<!Thủ tướng )\bChính phủ\b")


def addressees_of(result_vi: str, issuer: str | None) -> list[str]:
    """Return the agencies to which a result is reported or submitted.

    `issuer` is the province's own People's Committee where one of its plans says “UBND tỉnh”.
    """
    if not REPORTS.search(result_vi):
        return []
    found = []
    if _PRIME_MINISTER.search(result_vi):
        found.append(PRIME_MINISTER)
    if _GOVERNMENT.search(result_vi):
        found.append(GOVERNMENT)
    if issuer is not None and issuer.startswith("UBND-") and _PROVINCE.search(result_vi):
        found.append(issuer)
    return found
