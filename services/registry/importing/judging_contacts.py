"""What becomes of the rows of a file of contacts. Rows about agencies that are not the sender's say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.registry.contact.rules import may_keep, normal_mail, normal_phone
from services.registry.importing.catalogue import Finding
from services.registry.importing.judging import Cells, Verdict
from services.registry.importing.reading import Row
from services.registry.importing.state import Days, KnownContact, RegistryState, common
from services.registry.importing.tables import Outcome
from services.registry.importing.values import CellWrong, read_day, read_language, read_role
from services.registry.plan.stewards import Steward

KEPT = ("name", "language", "email", "phone")


@dataclass(frozen=True, slots=True)
class ContactAct:
    """A contact as it will be kept; `contact` is None for a new one."""

    contact: UUID | None
    agency: str
    values: dict[str, Any]
    days: Days


def judge_contacts(state: RegistryState, rows: Sequence[Row], steward: Steward, today: date) -> list[Verdict]:
    """Return a verdict for each row."""
    known: dict[tuple[str, str], list[KnownContact]] = {}
    for contact in state.contacts:
        known.setdefault(_key(contact.agency, contact.values), []).append(contact)
    seen: dict[tuple[str, str], list[tuple[int, Days]]] = {}
    return [_judge(state, row, steward, today, known, seen) for row in rows]


def _judge(
    state: RegistryState,
    row: Row,
    steward: Steward,
    today: date,
    known: dict[tuple[str, str], list[KnownContact]],
    seen: dict[tuple[str, str], list[tuple[int, Days]]],
) -> Verdict:
    verdict = Verdict(row, findings=list(row.findings))
    cells = Cells(row.cells, verdict.findings)
    agency = _agency(state, cells, verdict, steward)
    values = _values(cells, verdict)
    first, last = cells.read("valid_from", read_day), cells.read("valid_to", read_day)
    days: Days = (first or today, last)
    if last is not None and last < (first or today):
        verdict.findings.append(Finding("day_invalid", "valid_to", str(last), f"< {first or today}"))
    if agency is None or verdict.has_errors:
        return verdict
    key = _key(agency, values)
    same = next((one for one in known.get(key, ()) if common(one.days, days)), None)
    if same is not None:
        days = (first or same.days[0], last or same.days[1])
    twice = next((number for number, other in seen.get(key, ()) if common(other, days)), None)
    if twice is not None:
        verdict.reject(Finding("row_repeated", "email" if values["email"] else "phone", None, str(twice)))
        return verdict
    seen.setdefault(key, []).append((row.row, days))
    return _settled(verdict, agency, same, values, days)


def _settled(
    verdict: Verdict, agency: str, same: KnownContact | None, values: dict[str, Any], days: Days
) -> Verdict:
    verdict.subject = agency
    if same is not None:
        given = {name: values[name] for name in KEPT if values[name] is not None}
        differs = sorted(name for name, value in given.items() if same.values[name] != value)
        differs += ["days"] if days != same.days else []
        if not differs:
            verdict.outcome = Outcome.UNCHANGED
            return verdict
        verdict.outcome, verdict.change = Outcome.CHANGE, {"contact": str(same.id), "differs": differs}
        verdict.act = ContactAct(same.id, agency, {**same.values, **given}, days)
        return verdict
    values["language"] = values["language"] or "vi"
    verdict.outcome, verdict.change = Outcome.CREATE, {"agency": agency}
    verdict.act = ContactAct(None, agency, values, days)
    return verdict


def _agency(state: RegistryState, cells: Cells, verdict: Verdict, steward: Steward) -> str | None:
    written = cells.text("agency", needed=True)
    if written is None:
        return None
    found = state.find_agencies(written)
    if len(found) != 1:
        rule = "agency_ambiguous" if found else "agency_unknown"
        verdict.findings.append(Finding(rule, "agency", written, ", ".join(found[:10])))
        return None
    provinces = [one.province for one in state.agencies[found[0]].versions]
    if not may_keep(found[0], steward.agency, is_steward=steward.may_change(provinces)):
        verdict.findings.append(Finding("not_steward", "agency", written))
        return None
    return found[0]


def _values(cells: Cells, verdict: Verdict) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": cells.text("name", longest=200, needed=True),
        "role": cells.read("role", read_role, needed=True),
        "language": cells.read("language", read_language),
        "email": cells.read("email", _mail),
        "phone": cells.read("phone", _phone),
    }
    if cells.text("email") is None and cells.text("phone") is None:
        verdict.findings.append(Finding("unreachable", "email"))
    return {name: str(value) if value is not None else None for name, value in values.items()}


def _mail(cell: str) -> str:
    mail = normal_mail(cell)
    if mail is None:
        raise CellWrong("ten@coquan.gov.vn")
    return mail


def _phone(cell: str) -> str:
    """A spreadsheet that took a number for one drops the nought in front."""
    phone = normal_phone("0" + cell if cell.isdigit() and len(cell) in (9, 10) and cell[0] != "0" else cell)
    if phone is None:
        raise CellWrong("0912345678, +84912345678")
    return phone


def _key(agency: str, values: Any) -> tuple[str, str]:
    return agency, f"{values['role']} {values['email'] or values['phone']}"
