"""Duties to report that a document states: in its body, and in the titles, results and timeframes of its tasks.

A sentence that asks for a report is read from the left. Every frequency begins an obligation; a deadline belongs
to the frequency before it, or stands for one of its own when it says "hằng năm" or when none is open.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.registry.document.body import read_assignment
from services.registry.document.frequencies import ON_DEMAND, ONE_OFF, find_frequencies, narrowed
from services.registry.document.lists import read_leading
from services.registry.document.names import Names
from services.registry.document.outline import Item
from services.registry.document.proposal import (
    DOUBTFUL,
    LIKELY,
    DataWindowRead,
    DeadlineRead,
    FrequencyRead,
    NameRead,
    ObligationRead,
    TaskRead,
)
from services.registry.document.text import flat, sentences_of
from services.registry.document.wordings import Found, find_data_windows, find_deadlines

_ASKS = re.compile(
    r"\bbao cao\b|\bso lieu\b|\bthong ke\b|\bdu lieu\b|\bhoan thanh\b|\bphan anh\b|\bthong bao\b"
    r"|tong hop (?:ket qua|tinh hinh)"
)
_TO = re.compile(r"(?:\b(?:cho|ve|den|toi|gui)\b|\bbao cao\b|\btrinh\b|\bgui\b)\s+(?=[^\W\d_])")
_VIA = re.compile(r"\b(?:qua|thong qua)\s+(?=\S)")
_FIGURES = re.compile(r"so lieu|du lieu|thong tin")
_PLAN = re.compile(
    r"thuc hien (?:cac )?(?:noi dung )?(?:tai )?(?:ke hoach|quyet dinh|nghi quyet|chuong trinh)|bao cao ket qua"
)
_REPORT = re.compile(r"bao cao")
_EVERY_YEARS = re.compile(r"^P(\d+)Y$")
_HALVES = ("H1", "H2")


@dataclass(slots=True)
class _Open:
    """An obligation while its sentence is read."""

    at: int
    frequency: FrequencyRead
    deadline: DeadlineRead | None = None
    window: DataWindowRead | None = None
    end: int = 0
    notes: list[str] = field(default_factory=list)


def read_obligations(items: Sequence[Item], tasks: Sequence[TaskRead], names: Names) -> tuple[ObligationRead, ...]:
    """Read every duty to report of a document."""
    found: list[ObligationRead] = []
    holder: tuple[tuple[str, ...], tuple[NameRead, ...]] | None = None
    for item in items:
        given = read_assignment(item.text, names)
        if given is not None and item.level in (1, 2):
            holder = item.path, given.actors
        is_below = holder is not None and item.path[: len(holder[0])] == holder[0]
        actors = given.actors if given else holder[1] if holder and is_below else ()
        for sentence in sentences_of(item.text):
            found += _in_sentence(sentence, item, actors, names)
    return (*found, *(o for task in tasks for o in _of_task(task, names)))


def _in_sentence(
    sentence: str, item: Item, actors: tuple[NameRead, ...], names: Names
) -> Iterator[ObligationRead]:
    said = flat(sentence)
    if not _ASKS.search(said):
        return
    opened = _split(sentence, said)
    bounds = [_clause_ends(said, own, opened) for own in opened]
    recipients: tuple[NameRead, ...] = ()
    every = _recipients(sentence, 0, len(sentence), names)
    previous_subject = ""
    for place, (obligation, end) in enumerate(zip(opened, bounds, strict=True)):
        begin = 0 if place == 0 else _clause_begins(said, obligation.at)
        recipients = _recipients(sentence, begin, end, names) or recipients or every
        subject = _subject(said[_clause_begins(said, obligation.at) : end]) or previous_subject or _subject(said)
        previous_subject = subject or previous_subject
        if obligation.notes and _is_answered_yearly(opened[place + 1 :], said, subject):
            continue
        via = _after(_VIA, sentence, 0, len(sentence), names)
        reporters = actors or _reporters(sentence, names)
        yield _finished(obligation, item, sentence[begin:end].strip(" ,;(:"), reporters, recipients, via, subject)


def _clause_ends(said: str, own: _Open, opened: Sequence[_Open]) -> int:
    """Return where an obligation's own words end: at the next one, or at the semicolon after its day."""
    following = min((o.at for o in opened if o.at > own.at), default=len(said))
    cut = said.find(";", own.end, following)
    return cut if cut >= 0 and own.deadline else following


def _is_answered_yearly(later: Sequence[_Open], said: str, subject: str) -> bool:
    """Say whether a yearly report of the same figures follows: it covers the half that has no day."""
    yearly = next((o for o in later if o.frequency.period_iso == "P1Y"), None)
    if yearly is None:
        return False
    return _subject(said[yearly.at : _clause_ends(said, yearly, later)]) in ("", subject)


def _split(sentence: str, said: str) -> list[_Open]:
    """Open an obligation at every frequency and give it its deadline and its data window."""
    windows, deadlines = find_data_windows(sentence), find_deadlines(sentence)
    taken = [(w.start, w.end) for w in windows] + [(d.start, d.end) for d in deadlines]
    frequencies = find_frequencies(sentence, taken)
    marks: list[tuple[int, str, Found[Any]]] = [(f.start, "frequency", f) for f in frequencies]
    marks += [(d.start, "deadline", d) for d in deadlines]
    marks += [(w.start, "window", w) for w in windows]
    opened: list[_Open] = []
    for _, kind, mark in sorted(marks, key=lambda m: m[0]):
        if kind == "frequency":
            opened.append(_Open(mark.start, mark.read, end=mark.end))
        elif kind == "deadline":
            _give(opened, mark, said)
        elif opened:
            opened[-1].window = mark.read
    return _both_halves(_drop_repeated(opened))


def _give(opened: list[_Open], mark: Found[DeadlineRead], said: str) -> None:
    last = opened[-1] if opened else None
    is_broken = last is not None and ";" in said[last.end : mark.start]
    is_free = last is not None and last.deadline is None and not (is_broken and mark.is_yearly)
    if last is not None and is_free:
        last.deadline = mark.read
        last.end = mark.end
        return
    yearly = FrequencyRead(mark.read.printed, "calendar_year", "P1Y", ("Y",))
    recurs = mark.is_yearly or (mark.read.month and not mark.read.fixed_year and mark.read.operator != "with")
    if mark.read.month_offset is not None:
        yearly, recurs = FrequencyRead(mark.read.printed, "calendar_month", "P1M"), True
    frequency = yearly if recurs else ON_DEMAND if mark.read.counted_from else ONE_OFF
    begins = said.rfind(";", 0, mark.start) + 1 if is_broken else mark.start
    opened.append(_Open(begins, frequency, mark.read, end=mark.end))


def _drop_repeated(opened: list[_Open]) -> list[_Open]:
    """Leave out a frequency without a day that is said again with one: "định kỳ 6 tháng (báo cáo 6 tháng …)"."""
    dated = {o.frequency.period_iso for o in opened if o.deadline and o.frequency.period_iso}
    kept: list[_Open] = []
    for obligation in opened:
        said = {(o.frequency.window, o.frequency.parts) for o in kept if not o.deadline}
        frequency = obligation.frequency
        is_said = frequency.period_iso in dated or (frequency.window, frequency.parts) in said
        if obligation.deadline or not is_said:
            kept.append(obligation)
    return kept


def _both_halves(opened: list[_Open]) -> list[_Open]:
    """Part a half-yearly duty that has one day: the day belongs to the half that ends nearest before it."""
    halves = [o for o in opened if o.frequency.parts == _HALVES and o.deadline and o.deadline.month]
    found: list[_Open] = []
    for obligation in opened:
        found.append(obligation)
        if obligation not in halves or obligation.deadline is None or obligation.deadline.month is None:
            continue
        if len(halves) > 1 or obligation.deadline.fixed_year:
            continue
        part = "H1" if 4 <= obligation.deadline.month <= 9 and not obligation.deadline.year_offset else "H2"
        other = "H2" if part == "H1" else "H1"
        frequency = obligation.frequency
        obligation.frequency = replace(frequency, parts=(part,))
        found.append(_Open(obligation.at, replace(frequency, parts=(other,)), notes=["no_day_for_this_half"]))
    return found


def _finished(
    opened: _Open, item: Item, text: str, reporters: tuple[NameRead, ...],
    recipients: tuple[NameRead, ...], via: tuple[NameRead, ...], subject: str,
) -> ObligationRead:  # fmt: skip
    frequency = narrowed(opened.frequency, opened.window)
    deadline = opened.deadline or DeadlineRead(printed=frequency.printed)
    known = [n.confidence for n in (*reporters, *recipients)]
    doubt = DOUBTFUL if opened.notes or not reporters or not recipients else LIKELY
    return ObligationRead(
        line=item.line,
        source_ref=item.ref,
        reporters=reporters,
        recipients=tuple(r for r in recipients if r not in via) or recipients,
        via=via,
        subject=subject or "report",
        text=text,
        frequency=frequency,
        deadline=deadline,
        data_window=opened.window,
        confidence=min([deadline.confidence, doubt, *known]),
    )


def _clause_begins(said: str, at: int) -> int:
    cuts = [m.end() for m in re.finditer(r"[;:(]|, | va ", said[:at])]
    return max(cuts, default=0)


def _subject(said: str) -> str:
    if _FIGURES.search(said) and not _PLAN.search(said.split("so lieu")[0]):
        return "figures"
    if _PLAN.search(said):
        return "plan_report"
    return ""


def _recipients(sentence: str, start: int, end: int, names: Names) -> tuple[NameRead, ...]:
    return _after(_TO, sentence, start, end, names)


def _after(pattern: re.Pattern[str], sentence: str, start: int, end: int, names: Names) -> tuple[NameRead, ...]:
    """Return the names that follow one of these words, the first place that has any."""
    for match in pattern.finditer(flat(sentence), start, end):
        found = read_leading(sentence, names, match.end())
        known = tuple(n for n in found.names if n.read_as)
        if known:
            return known
    return ()


def _reporters(sentence: str, names: Names) -> tuple[NameRead, ...]:
    """Return who is told to report where the sentence itself names them: the first names of a clause."""
    starts = [0, *(m.end() for m in re.finditer(r"[,:;(]\s*", sentence))]
    for start in starts:
        found = read_leading(sentence, names, start)
        known = tuple(n for n in found.names if n.read_as)
        if known:
            return known
    return ()


def _of_task(task: TaskRead, names: Names) -> Iterator[ObligationRead]:
    """Read the duties to report that a task carries in its title, its result or its timeframe."""
    timeframe = task.timeframe
    years = _EVERY_YEARS.match(timeframe.period_iso or "") if timeframe.mode == "periodic" else None
    if years and int(years[1]) > 1 and timeframe.start and timeframe.end:
        due = tuple(range(timeframe.start, timeframe.end + 1, int(years[1])))
        series = FrequencyRead(timeframe.printed, "series", timeframe.period_iso, series_years=due)
        yield _from_task(task, series, DeadlineRead(timeframe.printed, "year_series"), task.result, names)
        return
    if timeframe.review_mode == "yearly_review_and_report":
        yearly = FrequencyRead(timeframe.printed, "calendar_year", "P1Y", ("Y",))
        yield _from_task(task, yearly, DeadlineRead(timeframe.printed), task.result, names)
    for shared in (d for d in find_deadlines(task.result) if d.read.operator == "with"):
        yearly = FrequencyRead(shared.read.printed, "calendar_year", "P1Y", ("Y",))
        yield _from_task(task, yearly, shared.read, task.result, names)
    if _ASKS.search(flat(task.title)):
        for opened in _split(task.title, flat(task.title)):
            deadline = opened.deadline or DeadlineRead(opened.frequency.printed)
            yield _from_task(task, opened.frequency, deadline, task.title, names)


def _from_task(
    task: TaskRead, frequency: FrequencyRead, deadline: DeadlineRead, text: str, names: Names
) -> ObligationRead:
    recipients = _recipients(text, 0, len(text), names)
    return ObligationRead(
        line=task.line,
        source_ref=task.code,
        reporters=task.leads,
        recipients=recipients,
        via=(),
        subject=_subject(flat(text)) or ("report" if _REPORT.search(flat(text)) else "other"),
        text=text,
        frequency=frequency,
        deadline=deadline,
        data_window=None,
        confidence=min(task.confidence, DOUBTFUL),
    )
