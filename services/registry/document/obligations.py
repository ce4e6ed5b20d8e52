"""Duties to report that a document states: in its body, and in the titles, results and timeframes of its tasks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.registry.document.assignments import read_assignment
from services.registry.document.clauses import OpenReport, open_reports
from services.registry.document.frequencies import narrowed
from services.registry.document.lists import read_leading
from services.registry.document.names import Names
from services.registry.document.outline import Item
from services.registry.document.proposal import (
    DOUBTFUL,
    LIKELY,
    DeadlineRead,
    FrequencyRead,
    NameRead,
    ObligationRead,
    TaskRead,
)
from services.registry.document.text import flat, sentences_of
from services.registry.document.wordings import find_deadlines

_ASKS = re.compile(
    r"\bbao cao\b|\bso lieu\b|\bthong ke\b|\bdu lieu\b|\bhoan thanh\b|\bphan anh\b|\bthong bao\b"
    r"|tong hop (?:ket qua|tinh hinh)|(?:gui|cung cap) thong tin"
)
_TO = re.compile(r"\b(?:cho|ve|den|toi|gui|bao cao|trinh|thong bao)\b(?: ngay| kip thoi)?\s+(?=[^\W\d_])")
_REPORTS = re.compile(
    r"^\s*(?:co trach nhiem|chiu trach nhiem|tong hop|tham muu|dinh ky|bao cao|gui|nop|cung cap|lap bao cao)\b"
)
_VIA = re.compile(r"\b(?:qua|thong qua)\s+(?=\S)")
_FIGURES = re.compile(r"so lieu|du lieu|thong tin")
_PLAN = re.compile(
    r"thuc hien (?:cac )?(?:noi dung )?(?:tai )?(?:ke hoach|quyet dinh|nghi quyet|chuong trinh)|bao cao ket qua"
)
_REPORT = re.compile(r"bao cao")
_LONGEST = 3000
"""No sentence of an instrument is longer; what is has lost its marks and is read up to here."""
_EVERY_YEARS = re.compile(r"^P(\d+)Y$")


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
    sentence = sentence[:_LONGEST]
    said = flat(sentence)
    if not _ASKS.search(said):
        return
    opened = open_reports(sentence, said)
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
        reporters = _subject_of(sentence, said, obligation.at, names) or actors or _reporters(sentence, names)
        yield _finished(obligation, item, sentence[begin:end].strip(" ,;(:"), reporters, recipients, via, subject)


def _clause_ends(said: str, own: OpenReport, opened: Sequence[OpenReport]) -> int:
    """Return where an obligation's own words end: at the next one, or at the semicolon after its day."""
    following = min((o.at for o in opened if o.at > own.at), default=len(said))
    cut = said.find(";", own.end, following)
    return cut if cut >= 0 and own.deadline else following


def _is_answered_yearly(later: Sequence[OpenReport], said: str, subject: str) -> bool:
    """Say whether a yearly report of the same figures follows: it covers the half that has no day."""
    yearly = next((o for o in later if o.frequency.period_iso == "P1Y"), None)
    if yearly is None:
        return False
    return _subject(said[yearly.at : _clause_ends(said, yearly, later)]) in ("", subject)


def _finished(
    opened: OpenReport, item: Item, text: str, reporters: tuple[NameRead, ...],
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


def _subject_of(sentence: str, said: str, at: int, names: Names) -> tuple[NameRead, ...]:
    """Return who reports in this clause, where it begins with a name of its own: "…; UBND tỉnh báo cáo …"."""
    begin = said.rfind(";", 0, at) + 1
    if begin == 0:
        return ()
    begin += len(said[begin:]) - len(said[begin:].lstrip())
    found = read_leading(sentence, names, begin)
    known = tuple(n for n in found.names if n.read_as)
    return known if known and _REPORTS.match(said[found.end :]) else ()


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
    open_ones: tuple[NameRead, ...] = ()
    starts = [0, *(m.end() for m in re.finditer(r"[,:;(]\s*", sentence))]
    for start in starts:
        found = read_leading(sentence, names, start)
        known = tuple(n for n in found.names if n.read_as)
        if known:
            return known
        open_ones = open_ones or found.names
    return tuple(replace(name, nearest=names.nearest(name.printed)) for name in open_ones)


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
        for opened in open_reports(task.title, flat(task.title)):
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
