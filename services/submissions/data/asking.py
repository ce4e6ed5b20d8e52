"""From query parameters to what is wanted. Values in, value or refusal out: all that is wrong, each located."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from services.submissions.cycle.counting import ProvinceMap
from services.submissions.cycle.errors import PeriodUnreadable
from services.submissions.cycle.periods import Period, read_period
from services.submissions.data.errors import QueryRefused
from services.submissions.data.figure_book import FigureBook
from services.submissions.data.wanted import Column, Include, Span, Wanted, column_of

MOST_VALUES = 500
ONCE = ("form", "since", "format", "bom")
"""What is needed before the rest of a query can be read."""
SPACE_BEFORE_OFFSET = re.compile(r" (?=\d\d(:?\d\d)?$)")
"""What becomes of the plus of an offset when an address does not escape it."""
W = TypeVar("W", bound=StrEnum)
Parameters = Mapping[str, list[str]]


def read_wanted(form: str, given: Parameters, book: FigureBook, now: datetime) -> Wanted:
    """Return what is wanted of a form. `given` holds the values of every parameter; names were checked before."""
    return _Reading(given, book, now).read(form)


def require_once(given: Parameters) -> None:
    """Refuse a query that says twice in what way it is answered, or of which form."""
    errors = [_given_twice(name, given[name]) for name in ONCE if len(given.get(name, ())) > 1]
    if errors:
        raise QueryRefused(errors)


def columns_of(book: FigureBook) -> dict[str, str]:
    """Return the columns that are dimensions, with the dimension of each."""
    return {column_of(name): name for name in book.dimensions}


class _Reading:
    def __init__(self, given: Parameters, book: FigureBook, now: datetime) -> None:
        self._given, self._book, self._now = given, book, now
        self._errors: list[dict[str, Any]] = []

    def read(self, form: str) -> Wanted:
        for name, values in self._given.items():
            if len(values) > MOST_VALUES:
                self._refuse(name, "too_many_values", f"{len(values)}", f"At most {MOST_VALUES} values.")
        wanted = Wanted(
            form=form,
            periods=tuple(period.text for period in self._periods("period")),
            span=self._span(),
            agencies=self._texts("agency"),
            provinces=self._texts("province"),
            obligations=self._texts("obligation"),
            plans=self._texts("plan"),
            indicators=self._known("indicator", self._book.indicators),
            dimensions=self._dimensions(),
            group_by=self._group_by(),
            map=self._word("map", ProvinceMap, ProvinceMap.THEN),
            known_at=self._instant("known_at"),
            include=self._word("include", Include, Include.ACCEPTED),
        )
        if self._errors:
            raise QueryRefused(self._errors)
        return wanted

    def _texts(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._given.get(name, ())))

    def _known(self, name: str, known: Iterable[str]) -> tuple[str, ...]:
        listed = set(known)
        for value in self._texts(name):
            if value not in listed:
                self._refuse(name, "code_unknown", value, "The form does not have it.")
        return self._texts(name)

    def _dimensions(self) -> dict[str, tuple[str, ...]]:
        asked = {column: name for column, name in columns_of(self._book).items() if column in self._given}
        return {name: self._known(column, self._book.codes_of(name)) for column, name in asked.items()}

    def _group_by(self) -> tuple[str, ...] | None:
        if "group_by" not in self._given:
            return None
        named = [name for value in self._given["group_by"] for name in value.split(",") if name]
        allowed = (*Column, *columns_of(self._book))
        for name in named:
            if name not in allowed:
                self._refuse("group_by", "group_unknown", name, f"Known are {', '.join(allowed)}.")
        return tuple(str(name) for name in dict.fromkeys((Column.INDICATOR, *named)))

    def _periods(self, name: str) -> list[Period]:
        found = []
        for value in self._texts(name):
            try:
                found.append(read_period(value))
            except PeriodUnreadable as error:
                self._refuse(name, "period_invalid", value, error.detail)
        return found

    def _span(self) -> Span:
        first, last = self._day("period_from"), self._day("period_to")
        if first and last and first[0] > last[1]:
            self._refuse("period_to", "span_reversed", self._given["period_to"][0], "It ends before it begins.")
        return Span(first[0] if first else None, last[1] if last else None)

    def _day(self, name: str) -> tuple[date, date] | None:
        if not self._is_single(name):
            return None
        periods = self._periods(name)
        return (periods[0].start, periods[0].end) if periods else None

    def _instant(self, name: str) -> datetime | None:
        if not self._is_single(name):
            return None
        text = self._given[name][0]
        try:
            instant = datetime.fromisoformat(SPACE_BEFORE_OFFSET.sub("+", text) if "T" in text else text)
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is None or not 2000 <= instant.year <= 2150:
            self._refuse(name, "instant_invalid", text, "An instant has an offset: 2026-07-05T08:00:00+07:00.")
            return None
        if instant > self._now:
            self._refuse(name, "instant_ahead", text, "What will be known then nobody knows yet.")
        return instant

    def _word(self, name: str, words: type[W], default: W) -> W:
        if not self._is_single(name):
            return default
        value = self._given[name][0]
        if value in frozenset(words):
            return words(value)
        self._refuse(name, "word_unknown", value, f"Known are {', '.join(words)}.")
        return default

    def _is_single(self, name: str) -> bool:
        values = self._given.get(name, [])
        if len(values) > 1:
            self._errors.append(_given_twice(name, values))
        return bool(values)

    def _refuse(self, parameter: str, rule: str, value: str, message: str) -> None:
        self._errors.append(_refusal(parameter, rule, value, message))


def _given_twice(parameter: str, values: Sequence[str]) -> dict[str, Any]:
    return _refusal(parameter, "given_twice", values[1], "Give it once.")


def _refusal(parameter: str, rule: str, value: str, message: str) -> dict[str, Any]:
    return {"parameter": parameter, "rule": rule, "value": value[:80], "message": message}
