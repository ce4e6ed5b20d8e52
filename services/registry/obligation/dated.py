"""The day on which each period is due, reckoned once for all obligations that say the same in whatever words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from services.registry.calendar.rules import WorkingCalendar
from services.registry.obligation.deadlines import Deadline, DeadlineRule, Operator, decide, make_voluntary, name
from services.registry.obligation.duty import Duty, Reading
from services.registry.obligation.periods import Period, PeriodRule

Dated = tuple[Period, Deadline, Reading]
"""A period, its deadline before the document's own words are put to it, and the version of the rule."""


@dataclass
class DuePeriods:
    """The periods of obligations with their deadlines; remembers what it has reckoned already."""

    duties: Mapping[str, Duty]
    calendar: WorkingCalendar
    _periods: dict[tuple[PeriodRule, range], tuple[Period, ...]] = field(default_factory=dict, repr=False)
    _alike: dict[tuple[DeadlineRule, bool], dict[Period, Deadline]] = field(default_factory=dict, repr=False)
    _seen: dict[tuple[int, bool], tuple[DeadlineRule, dict[Period, Deadline]]] = field(
        default_factory=dict, repr=False
    )

    def between(self, duty: Duty, first: date, last: date) -> Iterator[Dated]:
        """Give the periods of an obligation whose anchor, due day or else own end, lies in the span."""
        for reading in duty.all_readings:
            rule = reading.deadline
            earliest = max(duty.valid_from or date.min, reading.first or date.min)
            latest = min(duty.valid_to or date.max, reading.last or date.max)
            known = self._known_of(rule, duty.is_mandatory)
            for period in self._periods_of(reading.periods, self._years(rule, first, last)):
                end = period.end
                if earliest <= end <= latest:
                    deadline = known.get(period) or self.of(duty, period, reading)
                    if first <= (deadline.due_on or end) <= last:
                        yield period, deadline, reading

    def of(self, duty: Duty, period: Period, reading: Reading | None = None) -> Deadline:
        """Say when an obligation is due for a period, by the version of its rule that reads it."""
        rule = (reading or duty.reading_of(period) or duty.all_readings[-1]).deadline
        known = self._known_of(rule, duty.is_mandatory)
        if period not in known:
            deadline = decide(rule, period, partial(self._find_rule, period), self._name)
            known[period] = deadline if duty.is_mandatory else make_voluntary(deadline)
        return known[period]

    def _name(self, rule: DeadlineRule, period: Period) -> Deadline:
        known = self._known_of(rule, is_mandatory=True)
        if period not in known:
            known[period] = name(rule, period, self.calendar)
        return known[period]

    def _known_of(self, rule: DeadlineRule, is_mandatory: bool) -> dict[Period, Deadline]:
        """What is known of all rules that say the same; found by the object, as comparing two rules is slow."""
        found = self._seen.get((id(rule), is_mandatory))
        if found is None:
            alike = self._alike.setdefault((replace(rule, wording=""), is_mandatory), {})
            found = self._seen[id(rule), is_mandatory] = (rule, alike)  # the rule is held: its id stays its own
        return found[1]

    def _periods_of(self, rule: PeriodRule, years: range) -> Sequence[Period]:
        """Return the periods of a rule in some years; most obligations have the same few windows."""
        key = (rule, years)
        if key not in self._periods:
            self._periods[key] = tuple(rule.periods_ending_in(years))
        return self._periods[key]

    def _years(self, rule: DeadlineRule, first: date, last: date) -> range:
        """The reporting years whose deadline can lie in the span: a due day may follow years later."""
        rule = self._settling_rule(rule)
        slack = 1 + abs(rule.year_offset) + (rule.days_after or 0) // 200 + abs(rule.month_offset or 0) // 11
        return range(max(first.year - slack, 1990), min(last.year + slack, 2150) + 1)

    def _settling_rule(self, rule: DeadlineRule) -> DeadlineRule:
        """Follow shared deadlines to the rule that settles the day."""
        seen: set[str] = set()
        while rule.operator is Operator.WITH and rule.with_obligation not in {None, *seen}:
            seen.add(rule.with_obligation or "")
            other = self.duties.get(rule.with_obligation or "")
            if other is None:
                break
            rule = other.deadline
        return rule

    def _find_rule(self, period: Period, obligation: str) -> DeadlineRule | None:
        duty = self.duties.get(obligation)
        reading = duty.reading_of(period) if duty else None
        return reading.deadline if reading else None
