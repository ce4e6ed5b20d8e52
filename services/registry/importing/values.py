"""What a cell means: a day however people write it, a kind, a list, a language. Nothing is guessed."""

import re
from datetime import date, timedelta

from kernel.text import fold
from services.registry.agency.change_schemas import ZONES
from services.registry.agency.kinds import AgencyKind
from services.registry.contact.tables import ContactRole, Language
from services.registry.days import FIRST_DAY, LAST_DAY
from services.registry.importing.workbooks import ERRORS

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")
VIETNAMESE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
SERIAL = re.compile(r"[34]\d{4}")
"""A day of a spreadsheet that lost its format: 30000 is in 1982, 49999 in 2036."""
EPOCH = date(1899, 12, 30)
LIST = re.compile(r"[|;\n]")
SURE_KINDS = {
    "bo": AgencyKind.MINISTRY,
    "co quan ngang bo": AgencyKind.MINISTERIAL_AGENCY,
    "co quan thuoc chinh phu": AgencyKind.GOVERNMENT_AGENCY,
    "so": AgencyKind.PROVINCIAL_DEPARTMENT,
    "so nganh": AgencyKind.PROVINCIAL_DEPARTMENT,
    "cong an tinh": AgencyKind.PROVINCIAL_SECURITY,
    "ubnd tinh": AgencyKind.PROVINCIAL_PEOPLES_COMMITTEE,
    "uy ban nhan dan tinh": AgencyKind.PROVINCIAL_PEOPLES_COMMITTEE,
    "uy ban nhan dan cap tinh": AgencyKind.PROVINCIAL_PEOPLES_COMMITTEE,
    "van phong": AgencyKind.PROVINCIAL_OFFICE,
    "dai su quan": AgencyKind.EMBASSY,
    "tong lanh su quan": AgencyKind.CONSULATE_GENERAL,
    "truong dai hoc": AgencyKind.EDUCATION_INSTITUTION,
    "co so dao tao": AgencyKind.EDUCATION_INSTITUTION,
}
KINDS = {kind.value: kind for kind in AgencyKind}
ROLES = {
    "van thu": ContactRole.CLERK,
    "dau moi": ContactRole.FOCAL_POINT,
    "can bo dau moi": ContactRole.FOCAL_POINT,
    "lanh dao": ContactRole.LEADER,
    "co quan chu tri": ContactRole.STEWARD,
    "focal point": ContactRole.FOCAL_POINT,
}
LANGUAGES = {"": Language.VI, "tieng viet": Language.VI, "tieng anh": Language.EN, "english": Language.EN}


class CellWrong(ValueError):
    """The cell does not say what its column asks for; the text says what would."""


def read_day(cell: str) -> date:
    """Read a day as ISO, as people write it in Viet Nam, or as a spreadsheet counts it."""
    iso, ours = ISO.fullmatch(cell), VIETNAMESE.fullmatch(cell)
    try:
        if iso:
            found = date(*map(int, iso.groups()))
        elif ours:
            day, month, year = map(int, ours.groups())
            found = date(year, month, day)
        elif SERIAL.fullmatch(cell):
            found = EPOCH + timedelta(days=int(cell))
        else:
            raise CellWrong("31/12/2026, 2026-12-31")
    except ValueError as error:
        raise CellWrong("31/12/2026, 2026-12-31") from error
    if not FIRST_DAY <= found <= LAST_DAY:
        raise CellWrong(f"{FIRST_DAY} – {LAST_DAY}")
    return found


def read_kind(cell: str) -> AgencyKind:
    """Read the kind of an agency: our word, or the Vietnamese one where it means one kind only."""
    word = fold(cell)
    found = KINDS.get(word.replace(" ", "_")) or SURE_KINDS.get(word)
    if found is None:
        raise CellWrong(", ".join(sorted(KINDS)))
    return found


def read_role(cell: str) -> ContactRole:
    """Read what a contact is told for."""
    word = fold(cell)
    known = {role.value: role for role in ContactRole}
    found = known.get(word.replace(" ", "_")) or ROLES.get(word)
    if found is None:
        raise CellWrong(", ".join(sorted(known)))
    return found


def read_language(cell: str) -> Language:
    """Read a language; Vietnamese where nothing is said."""
    word = fold(cell)
    found = LANGUAGES.get(word) or next((one for one in Language if one.value == word), None)
    if found is None:
        raise CellWrong("vi, en")
    return found


def read_zone(cell: str) -> str:
    """Read a time zone of the IANA database."""
    if cell not in ZONES:
        raise CellWrong("Asia/Ho_Chi_Minh")
    return cell


def read_country(cell: str) -> str:
    """Read a country by its two letters."""
    if not re.fullmatch(r"[A-Za-z]{2}", cell):
        raise CellWrong("ISO 3166-1: LA, JP")
    return cell.upper()


def read_list(cell: str) -> list[str]:
    """Read the parts of a list cell, each once."""
    return list(dict.fromkeys(part.strip() for part in LIST.split(cell) if part.strip()))


def is_formula_error(cell: str) -> bool:
    """Say whether a spreadsheet could not work the cell out."""
    return cell in ERRORS
