"""What is wrong with an obligation that somebody writes, each finding with its place. Values in, findings out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.registry.obligation.deadline_rule import Operator, rule_faults
from services.registry.obligation.draft import ObligationDraft
from services.registry.obligation.duty import deadline_rule_of, period_rule_of
from services.registry.obligation.errors import Fault, PeriodUnreadable
from services.registry.obligation.periods import Window, period_faults
from services.registry.obligation.tables import ObligationKind

WINDOWS_OF_KIND: Mapping[ObligationKind, frozenset[Window]] = {
    ObligationKind.PERIODIC: frozenset(window for window in Window if window.is_periodic),
    ObligationKind.ONE_OFF: frozenset({Window.ONE_OFF}),
    ObligationKind.AD_HOC: frozenset({Window.ON_DEMAND, Window.ON_EVENT}),
    ObligationKind.IRREGULAR: frozenset({Window.ON_DEMAND, Window.ON_EVENT}),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right (`error`) or to look at (`warning`), and where it stands."""

    rule: str
    pointer: str
    vi: str
    en: str
    severity: str = "error"
    value: str | None = None

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    def as_json(self) -> dict[str, str | None]:
        """Return the finding as a problem document lists it."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "pointer": self.pointer,
            "value": self.value,
            "vi": self.vi,
            "en": self.en,
        }


@dataclass(frozen=True, slots=True)
class Edges:
    """Which obligations another one leads to, of three kinds."""

    next_level: str | None = None
    satisfied_by: str | None = None
    with_obligation: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the registry knows of the codes that a draft names, and every edge between obligations."""

    agencies: Mapping[str, tuple[date | None, date | None]] = field(default_factory=dict)
    """First and last day of each."""
    groups: frozenset[str] = frozenset()
    instruments: frozenset[str] = frozenset()
    plans: frozenset[str] = frozenset()
    edges: Mapping[str, Edges] = field(default_factory=dict)


def find_faults(draft: ObligationDraft, known: Known) -> Iterator[Finding]:
    """Say everything that is wrong with a draft as it stands, apart from the days that its rule yields."""
    yield from _rule(draft)
    yield from _kind(draft)
    yield from _validity(draft)
    yield from _references(draft, known)
    yield from _parties(draft, known)
    yield from _circles(draft, known)


def edges_of(draft: ObligationDraft) -> Edges:
    """Return where a draft leads."""
    shared = draft.deadline.with_obligation if draft.deadline.operator is Operator.WITH else None
    return Edges(draft.next_level, draft.satisfied_by, shared)


def _rule(draft: ObligationDraft) -> Iterator[Finding]:
    row = draft.deadline.columns()
    faults: list[Fault] = []
    try:
        faults += period_faults(period_rule_of(row))
    except PeriodUnreadable as refusal:
        faults.append(Fault("period_iso", "period_invalid", "Độ dài kỳ báo cáo không đọc được.", refusal.detail))
    if draft.deadline.window.is_custom and draft.deadline.year_starts is None:
        faults.append(
            Fault(
                "year_starts",
                "year_start_missing",
                "Kỳ báo cáo tự đặt phải nêu ngày bắt đầu năm báo cáo.",
                "A custom window names the day on which its reporting year begins.",
            )
        )
    if draft.deadline.fixed_year is not None and draft.deadline.window.is_periodic:
        faults.append(
            Fault(
                "fixed_year",
                "fixed_year_recurs",
                "Một năm cố định không dùng được cho báo cáo định kỳ: mọi kỳ sẽ cùng một hạn.",
                "A fixed year does not fit a periodic report: every period would be due on the same day.",
            )
        )
    faults += rule_faults(deadline_rule_of(row))
    yield from (Finding(f.rule, f"/deadline/{f.field}", f.vi, f.en) for f in faults)


def _kind(draft: ObligationDraft) -> Iterator[Finding]:
    fitting = WINDOWS_OF_KIND[draft.kind]
    if draft.deadline.window not in fitting:
        listed = ", ".join(sorted(fitting))
        yield Finding(
            "window_not_of_kind",
            "/deadline/window",
            f"Chế độ báo cáo loại {draft.kind} có kỳ: {listed}.",
            f"An obligation that is {draft.kind} has one of these windows: {listed}.",
            value=draft.deadline.window,
        )


def _validity(draft: ObligationDraft) -> Iterator[Finding]:
    if draft.valid_from and draft.valid_to and draft.valid_to < draft.valid_from:
        yield Finding(
            "validity_backwards",
            "/valid_to",
            "Ngày hết hiệu lực phải không sớm hơn ngày bắt đầu.",
            "The validity ends before it begins.",
            value=draft.valid_to.isoformat(),
        )
    if draft.kind is ObligationKind.ONE_OFF and not (draft.valid_from and draft.valid_to):
        yield Finding(
            "one_off_without_days",
            "/valid_to",
            "Báo cáo một lần phải có ngày đầu và ngày cuối: đó là kỳ báo cáo.",
            "A one-off report has a first and a last day: they are its period.",
        )


def _references(draft: ObligationDraft, known: Known) -> Iterator[Finding]:
    obligations = {*known.edges, draft.id}
    asked = [
        ("/instrument", draft.instrument, known.instruments),
        ("/plan", draft.plan, known.plans),
        ("/next_level", draft.next_level, {*obligations, *known.agencies}),
        ("/satisfied_by", draft.satisfied_by, obligations),
        ("/deadline/with_obligation", edges_of(draft).with_obligation, obligations),
    ]
    for pointer, value, registered in asked:
        if value is not None and value not in registered:
            yield _unknown(pointer, value)


def _unknown(pointer: str, value: str) -> Finding:
    return Finding(
        "registered", pointer, f"Chưa có mã {value} trong danh mục.", f"{value} is not registered.", value=value
    )


def _parties(draft: ObligationDraft, known: Known) -> Iterator[Finding]:
    for part in ("reporter", "recipient", "via"):
        codes: list[str] = getattr(draft, part)
        for place, code in enumerate(codes):
            pointer = f"/{part}/{place}"
            if code not in known.agencies and code not in known.groups:
                yield _unknown(pointer, code)
            elif code in codes[:place]:
                yield Finding(
                    "named_twice", pointer, f"{code} được nêu hai lần.", f"{code} is named twice.", value=code
                )
            elif _is_gone(draft, known.agencies.get(code)):
                yield Finding(
                    "agency_ended",
                    pointer,
                    f"{code} đã kết thúc trước khi chế độ báo cáo có hiệu lực; cơ quan kế thừa sẽ nộp.",
                    f"{code} had ended before the obligation begins; its successor carries it.",
                    severity="warning",
                    value=code,
                )
    if set(draft.reporter) <= set(draft.recipient):
        yield Finding(
            "only_reporter_is_recipient",
            "/reporter",
            "Nơi nhận là cơ quan báo cáo duy nhất: không ai phải nộp.",
            "The recipient is the only reporter: nobody would owe it.",
        )


def _is_gone(draft: ObligationDraft, life: tuple[date | None, date | None] | None) -> bool:
    ended = life[1] if life else None
    return ended is not None and draft.valid_from is not None and ended < draft.valid_from


def _circles(draft: ObligationDraft, known: Known) -> Iterator[Finding]:
    edges = {**known.edges, draft.id: edges_of(draft)}
    for pointer, name in (
        ("/next_level", "next_level"),
        ("/satisfied_by", "satisfied_by"),
        ("/deadline/with_obligation", "with_obligation"),
    ):
        circle = _circle_from(draft.id, {code: getattr(edge, name) for code, edge in edges.items()})
        if circle:
            way = " → ".join(circle)
            yield Finding("circle", pointer, f"Vòng lặp: {way}.", f"This leads in a circle: {way}.", value=way)


def _circle_from(start: str, leads_to: Mapping[str, str | None]) -> list[str]:
    way, at = [start], leads_to.get(start)
    while at is not None and at not in way:
        way.append(at)
        at = leads_to.get(at)
    return [*way, start] if at == start else []


def errors_among(findings: Iterable[Finding]) -> list[Finding]:
    """Return those that keep an obligation from being kept."""
    return [finding for finding in findings if finding.is_error]
