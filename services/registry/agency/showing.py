"""How an agency is shown on a day, from what is kept of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.registry.agency.codes import written_forms
from services.registry.agency.dated_sets import Dated
from services.registry.agency.rules import holds
from services.registry.agency.schemas import AgencyRead, ChangeRead, HistoryRead, SpanRead, VersionRead
from services.registry.agency.versions import FACTS, Version, shown_on

Sets = Mapping[str, Sequence[Dated]]


def show_agency(lasting: Any, versions: Sequence[Version], sets: Sets, day: date) -> AgencyRead:
    """Return an agency as of a day; an ended one as it was last."""
    shown = shown_on(versions, day)
    exists = holds(shown.valid_from, shown.valid_to, day)
    looked_on = day if exists else _nearest_day(shown, day)
    return AgencyRead(
        **lasting._mapping,
        **{name: getattr(shown, name) for name in FACTS},
        aliases=[name for (name,) in keys_on(sets["aliases"], looked_on)],
        codes=[_code(one) for one in sorted_on(sets["codes"], looked_on)],
        relations=[{"kind": kind, "agency": other} for kind, other in keys_on(sets["relations"], looked_on)],
        version_from=shown.valid_from,
        version_to=shown.valid_to,
        exists=exists,
    )


def show_listed(row: Any) -> AgencyRead:
    """Return an agency from a row of a list."""
    kept = {name: value for name, value in row._mapping.items() if name != "sort_key"}
    codes = [{**code, "written": written_forms(code["scheme"], code["code"])} for code in kept.pop("codes")]
    return AgencyRead(**kept, codes=codes)


def show_history(agency: str, versions: Sequence[Version], sets: Sets, changes: Sequence[Any]) -> HistoryRead:
    """Return everything that an agency was, oldest version first, and everything that was done to it."""
    spans = {part: [_span(one) for one in rows] for part, rows in sets.items()}
    return HistoryRead(
        agency=agency,
        valid_from=versions[0].valid_from,
        valid_to=versions[-1].valid_to,
        items=[VersionRead.model_validate(one, from_attributes=True) for one in versions],
        aliases=spans["aliases"],
        codes=spans["codes"],
        relations=spans["relations"],
        changes=[ChangeRead.model_validate(one, from_attributes=True) for one in changes],
    )


def sorted_on(rows: Sequence[Dated], day: date) -> list[Dated]:
    """Return the members of a set on a day, in order."""
    return sorted((row for row in rows if holds(row.valid_from, row.valid_to, day)), key=lambda row: row.key)


def keys_on(rows: Sequence[Dated], day: date) -> list[tuple[str, ...]]:
    """Return what the set holds on a day, in order."""
    return [row.key for row in sorted_on(rows, day)]


def _nearest_day(shown: Version, day: date) -> date:
    if shown.valid_to is not None and shown.valid_to < day:
        return shown.valid_to
    return shown.valid_from or day


def _code(kept: Dated) -> dict[str, Any]:
    scheme, code, status = kept.key
    return {
        "scheme": scheme,
        "code": code,
        "written": written_forms(scheme, code),
        "status": status,
        "valid_from": kept.valid_from,
        "valid_to": kept.valid_to,
    }


def _span(kept: Dated) -> SpanRead:
    return SpanRead(value=list(kept.key), valid_from=kept.valid_from, valid_to=kept.valid_to)
