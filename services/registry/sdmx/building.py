"""From agencies and obligations to structures. Values in, values out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from services.registry.obligation.cycles import Register
from services.registry.obligation.duty import Duty, Row
from services.registry.sdmx.model import (
    Agreement,
    Flow,
    Names,
    Note,
    Organisation,
    Scheme,
    StructureKind,
    Structures,
    begin_of,
    end_of,
)

AGENCIES = Scheme(StructureKind.AGENCY_SCHEME, "AGENCIES", Names("Cơ quan, đơn vị", "Agencies"), ())
PROVIDERS = Scheme(
    StructureKind.DATA_PROVIDER_SCHEME, "DATA_PROVIDERS", Names("Cơ quan phải báo cáo", "Agencies that report"), ()
)
CONSUMERS = Scheme(
    StructureKind.DATA_CONSUMER_SCHEME,
    "DATA_CONSUMERS",
    Names("Cơ quan nhận báo cáo", "Agencies that receive"),
    (),
)
UNITS = Scheme(
    StructureKind.ORGANISATION_UNIT_SCHEME,
    "AGENCY_TREE",
    Names("Cây tổ chức", "Agencies with those above them"),
    (),
)


@dataclass(frozen=True, slots=True)
class AgencyFact:
    """An agency as it is on the asked day."""

    id: str
    name_vi: str
    name_en: str
    kind: str
    parent: str | None
    province: str | None
    valid_from: date | None
    valid_to: date | None
    codes: tuple[tuple[str, str], ...] = ()
    """Scheme and code."""


def build(
    kind: StructureKind,
    agencies: Iterable[AgencyFact],
    obligations: Mapping[str, Row],
    register: Register,
    day: date,
) -> Structures:
    """Return the structures of a kind as of a day: of existing agencies, and of these obligations."""
    known = {one.id: _organisation(one) for one in agencies}
    duties = [register.duties[code] for code in obligations if register.duties[code].holds_on(day)]
    flows = {duty.id: _flow(duty, obligations[duty.id], register, day) for duty in duties}
    agreements = [one for duty in duties for one in _agreements(duty, flows[duty.id], known, register, day)]
    return Structures(
        schemes=[
            scheme for scheme in _schemes(known, agreements, duties, register, day) if kind.includes(scheme.kind)
        ],
        flows=list(flows.values()) if kind.includes(StructureKind.DATAFLOW) else [],
        agreements=agreements if kind.includes(StructureKind.PROVISION_AGREEMENT) else [],
    )


def _schemes(
    known: Mapping[str, Organisation],
    agreements: Iterable[Agreement],
    duties: Iterable[Duty],
    register: Register,
    day: date,
) -> Iterator[Scheme]:
    providers = {one.provider.id for one in agreements}
    consumers = {agency for duty in duties for agency in register.recipients_on(duty, day)}
    yield _filled(AGENCIES, known.values())
    yield _filled(PROVIDERS, (one for one in known.values() if one.id in providers))
    yield _filled(CONSUMERS, (one for one in known.values() if one.id in consumers))
    yield replace(UNITS, organisations=tuple(known.values()))


def _filled(scheme: Scheme, organisations: Iterable[Organisation]) -> Scheme:
    """A flat scheme: only organisation units stand under each other in SDMX."""
    return replace(scheme, organisations=tuple(replace(one, parent=None) for one in organisations))


def _organisation(fact: AgencyFact) -> Organisation:
    notes = [
        *_notes(KIND=fact.kind, PROVINCE=fact.province, VALID_FROM=fact.valid_from, VALID_TO=fact.valid_to),
        *(Note(f"CODE_{scheme.upper()}", code) for scheme, code in fact.codes),
    ]
    return Organisation(fact.id, Names(fact.name_vi, fact.name_en), tuple(notes), fact.parent)


def _flow(duty: Duty, row: Row, register: Register, day: date) -> Flow:
    recipients = register.recipients_on(duty, day)
    notes = _notes(
        INSTRUMENT=row["instrument"],
        SOURCE_REF=row["source_ref"],
        PLAN=row["plan"],
        SUBJECT=row["subject"],
        FORM=row["form"],
        OBLIGATION_KIND=row["kind"],
        PERIOD_WINDOW=duty.periods.window.value,
        DEADLINE=duty.deadline.wording or None,
        RECIPIENT="|".join(recipients) or None,
        NEXT_LEVEL=duty.next_level,
        SATISFIED_BY=row["satisfied_by"],
    )
    names = Names(row["title_vi"], row["title_en"])
    version = f"{duty.rule_version}.0"
    return Flow(duty.id, version, names, tuple(notes), begin_of(duty.valid_from), end_of(duty.valid_to))


def _agreements(
    duty: Duty, flow: Flow, known: Mapping[str, Organisation], register: Register, day: date
) -> Iterator[Agreement]:
    for reporter in register.owing_on(duty, day).reporters:
        if reporter.agency in known:
            notes = tuple(_notes(DUTY=reporter.duty, AS_OF=day))
            yield Agreement(flow, known[reporter.agency], notes)


def _notes(**facts: object) -> Iterator[Note]:
    return (Note(name, str(value)) for name, value in facts.items() if value is not None)
