"""Codes of outside schemes and the ways in which they are written. One code has one kept form.

The electronic identifier of agencies stands in two shapes that both occur: QCVN 102:2016 writes the smallest unit
first with all places filled (`000.00.15.H26`), Decision 20/2020/QĐ-TTg the largest first (`H26.15`).
"""

import re

QCVN102, GSO, ISO = "qcvn102", "gso", "iso_3166_2"
OF_PROVINCES = frozenset({GSO, ISO})
"""Schemes that number provincial units: an agency has such a code through its province only."""

_OLD_SHAPE = re.compile(r"(\d{3})\.?(\d{2})\.?(\d{2})\.?([A-Z]\d{2})")
_NEW_SHAPE = re.compile(r"[A-Z]\d{2}(\.[0-9A-Z]{1,5}){0,7}")
_RUN_TOGETHER = re.compile(r"([A-Z]\d{2})(\d{2})?(\d{2})?(\d{3})?")
_GSO = re.compile(r"0*(\d{1,2})")
_ISO = re.compile(r"VN[- ]?([0-9A-Z]{2})")
_OTHER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]{0,59}")


def normal_code(scheme: str, written: str) -> str | None:
    """Return the kept form of a code, None when the scheme has no such code."""
    code = "".join(written.split())
    if scheme == QCVN102:
        return _normal_identifier(code.upper())
    if scheme == GSO:
        number = _GSO.fullmatch(code)
        return number.group(1).zfill(2) if number else None
    if scheme == ISO:
        unit = _ISO.fullmatch(code.upper())
        return f"VN-{unit.group(1)}" if unit else None
    return code if _OTHER.fullmatch(code) else None


def possible_codes(scheme: str | None, written: str) -> list[str]:
    """Return the kept forms that a code may mean: in its scheme, or in any when none is named."""
    schemes = [scheme] if scheme else [QCVN102, GSO, ISO, ""]
    found = (normal_code(one, written) for one in schemes)
    return list(dict.fromkeys(code for code in found if code is not None))


def written_forms(scheme: str, code: str) -> list[str]:
    """Return every way in which a kept code is written in documents."""
    if scheme != QCVN102:
        return [code]
    levels = code.split(".")
    widths = (3, 2, 2)
    fits = len(levels) <= 4 and all(
        part.isdigit() and len(part) <= width for part, width in zip(levels[1:], widths[::-1], strict=False)
    )
    if not fits:
        return [code]
    below = [*levels[1:], *["0"] * (4 - len(levels))]
    filled = [part.zfill(width) for part, width in zip(reversed(below), widths, strict=True)]
    return [code, ".".join([*filled, levels[0]])]


def _normal_identifier(code: str) -> str | None:
    old = _OLD_SHAPE.fullmatch(code)
    if old:
        return _without_empty([old.group(4), old.group(3), old.group(2), old.group(1)])
    if _NEW_SHAPE.fullmatch(code):
        return _without_empty(code.split("."))
    together = _RUN_TOGETHER.fullmatch(code)
    return _without_empty([part for part in together.groups() if part]) if together else None


def _without_empty(levels: list[str]) -> str:
    while len(levels) > 1 and not levels[-1].strip("0"):
        levels = levels[:-1]
    return ".".join(levels)
