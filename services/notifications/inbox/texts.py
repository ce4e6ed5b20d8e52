"""The sentences of the inbox: who, what, which period, due when; Vietnamese and English. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kernel.clock import VIETNAM

LONGEST_NAMED = 10
"""Agencies named in a sentence; the rest are counted."""

Names = Mapping[str, tuple[str, str]]
"""The Vietnamese and English name of agencies by code."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One title and one text in both languages."""

    title_vi: str
    body_vi: str
    title_en: str
    body_en: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What a sentence is about, each word ready in both languages (vi, en)."""

    agency: tuple[str, str]
    report: tuple[str, str]
    period: tuple[str, str]
    due: tuple[str, str]
    missing: tuple[str, str]
    count: int
    days: int
    data: dict[str, Any]
    corrects: bool
    lists: bool


def agencies_in(data: dict[str, Any]) -> set[str]:
    """Return the codes of the agencies that a sentence about these facts may name."""
    named = {str(one["agency"]) for one in data.get("occurrences", ())[:LONGEST_NAMED]}
    return named | ({str(data["agency"])} if data.get("agency") else set())


def sentence_of(kind: str, data: dict[str, Any], names: Names) -> Sentence:
    """Return what an agency reads in its inbox about an event."""
    matter = _matter(data, names)
    write = _SENTENCES.get(kind)
    if write is None:
        return Sentence(kind, "", kind, "")
    return write(matter)


def period_in_words(period: str) -> tuple[str, str]:
    """Return a period as people say it."""
    if re.fullmatch(r"\d{4}", period):
        return f"năm {period}", f"the year {period}"
    half = re.fullmatch(r"(\d{4})-S([12])", period)
    if half:
        year, which = half.groups()
        vi = "đầu" if which == "1" else "cuối"
        return f"6 tháng {vi} năm {year}", f"{'the first' if which == '1' else 'the second'} half of {year}"
    return f"kỳ {period}", f"the period {period}"


def day_in_words(day: str | None) -> tuple[str, str]:
    """Return a day as people write it."""
    if not day:
        return "không ấn định hạn", "no due date"
    value = date.fromisoformat(day)
    return f"{value.day:02}/{value.month:02}/{value.year}", f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _matter(data: dict[str, Any], names: Names) -> Matter:
    correction = data.get("clock") == "correction"
    due = data.get("due_on")
    return Matter(
        agency=_name(str(data.get("agency") or ""), names),
        report=(str(data.get("title_vi") or "báo cáo"), str(data.get("title_en") or "report")),
        period=period_in_words(str(data.get("period") or "")),
        due=day_in_words(due),
        missing=_named(data, names),
        count=int(data.get("missing_count") or 0),
        days=abs(int(data.get("offset_days") or 0)),
        data=data,
        corrects=correction,
        lists="occurrences" in data,
    )


def _name(code: str, names: Names) -> tuple[str, str]:
    vi, en = names.get(code, (code, code))
    return vi, en


def _named(data: dict[str, Any], names: Names) -> tuple[str, str]:
    codes = [str(one["agency"]) for one in data.get("occurrences", ())]
    known = [_name(code, names) for code in codes[:LONGEST_NAMED]]
    rest = int(data.get("missing_count") or 0) - len(known)
    vi, en = ", ".join(name[0] for name in known), ", ".join(name[1] for name in known)
    return (f"{vi} và {rest} đơn vị khác", f"{en} and {rest} more") if rest > 0 else (vi, en)


def _what(m: Matter) -> tuple[str, str]:
    vi, en = f"“{m.report[0]}” {m.period[0]}", f"“{m.report[1]}” for {m.period[1]}"
    return (f"bản chỉnh sửa {vi}", f"the correction of {en}") if m.corrects else (vi, en)


def _approaching(m: Matter) -> Sentence:
    vi, en = _what(m)
    days = "1 day" if m.days == 1 else f"{m.days} days"
    return Sentence(
        f"Còn {m.days} ngày đến hạn: {m.report[0]}",
        f"{m.agency[0]} cần nộp {vi} chậm nhất hết ngày {m.due[0]} (giờ Việt Nam).",
        f"Due in {days}: {m.report[1]}",
        f"{m.agency[1]} has to submit {en} by the end of {m.due[1]} (Viet Nam time).",
    )


def _due(m: Matter) -> Sentence:
    vi, en = _what(m)
    return Sentence(
        f"Hôm nay là ngày cuối: {m.report[0]}",
        f"Hôm nay, {m.due[0]}, là ngày cuối cùng để {m.agency[0]} nộp đúng hạn {vi}.",
        f"Last day today: {m.report[1]}",
        f"Today, {m.due[1]}, is the last day for {m.agency[1]} to submit {en} on time.",
    )


def _overdue(m: Matter) -> Sentence:
    vi, en = _what(m)
    if m.lists:
        return _overdue_list(m, "Quá hạn", "Overdue")
    return Sentence(
        f"Quá hạn: {m.report[0]}",
        f"{m.agency[0]} chưa nộp {vi}; hạn là ngày {m.due[0]}. Báo cáo nộp muộn vẫn được tiếp nhận.",
        f"Overdue: {m.report[1]}",
        f"{m.agency[1]} has not submitted {en}; it was due on {m.due[1]}. A late report is still taken.",
    )


def _escalated(m: Matter) -> Sentence:
    vi, en = _what(m)
    if m.lists:
        return _overdue_list(m, f"Quá hạn {m.days} ngày", f"Overdue by {m.days} days")
    return Sentence(
        f"Quá hạn {m.days} ngày, đã báo lên cấp trên: {m.report[0]}",
        f"{m.agency[0]} vẫn chưa nộp {vi}; hạn là ngày {m.due[0]}. Cấp trên của nơi nhận đã được báo.",
        f"Overdue by {m.days} days and escalated: {m.report[1]}",
        f"{m.agency[1]} has still not submitted {en}; it was due on {m.due[1]}. "
        "The next level of the recipient line has been told.",
    )


def _overdue_list(m: Matter, word_vi: str, word_en: str) -> Sentence:
    vi, en = _what(m)
    bodies = "1 body" if m.count == 1 else f"{m.count} bodies"
    have = "has" if m.count == 1 else "have"
    return Sentence(
        f"{word_vi}: {m.count} đơn vị chưa nộp {m.report[0]}",
        f"Hạn nộp {vi} là ngày {m.due[0]}. Chưa nộp: {m.missing[0]}.",
        f"{word_en}: {bodies} {have} not submitted {m.report[1]}",
        f"{en[0].upper() + en[1:]} was due on {m.due[1]}. Missing: {m.missing[1]}.",
    )


def _met(m: Matter) -> Sentence:
    vi, en = _what(m)
    return Sentence(
        f"Đã nộp đúng hạn: {m.report[0]}",
        f"{m.agency[0]} đã nộp {vi} đúng hạn (hạn là ngày {m.due[0]}).",
        f"Submitted in time: {m.report[1]}",
        f"{m.agency[1]} submitted {en} in time (due on {m.due[1]}).",
    )


def _received(m: Matter) -> Sentence:
    vi, en = _what(m)
    version = m.data.get("version")
    late = m.data.get("punctuality") == "late"
    return Sentence(
        f"Đã nhận: {m.report[0]}",
        f"{m.agency[0]} đã nộp {vi}, lần {version}{' (nộp muộn)' if late else ''}.",
        f"Received: {m.report[1]}",
        f"{m.agency[1]} submitted {en}, version {version}{' (late)' if late else ''}.",
    )


def _returned(m: Matter) -> Sentence:
    vi, en = _what(m)
    until = m.data.get("correction_due_at")
    day = datetime.fromisoformat(until).astimezone(VIETNAM).date().isoformat() if until else None
    by_vi, by_en = day_in_words(day)
    return Sentence(
        f"Bị trả lại để chỉnh sửa: {m.report[0]}",
        f"Báo cáo {vi} của {m.agency[0]} được trả lại"
        + (f"; nộp bản chỉnh sửa chậm nhất hết ngày {by_vi}." if day else " để chỉnh sửa."),
        f"Returned for correction: {m.report[1]}",
        f"{m.agency[1]}: {en} was returned"
        + (f"; submit the correction by the end of {by_en}." if day else " for correction."),
    )


def _accepted(m: Matter) -> Sentence:
    vi, en = _what(m)
    return Sentence(
        f"Được chấp nhận: {m.report[0]}",
        f"Báo cáo {vi} của {m.agency[0]} đã được nơi nhận chấp nhận.",
        f"Accepted: {m.report[1]}",
        f"{m.agency[1]}: {en} was accepted by the recipient.",
    )


def _new_date(word_vi: str, word_en: str) -> Callable[[Matter], Sentence]:
    def write(m: Matter) -> Sentence:
        vi, en = _what(m)
        return Sentence(
            f"{word_vi}: {m.report[0]}",
            f"{word_vi} đối với {vi} của {m.agency[0]}. Hạn nộp mới: {m.due[0]}.",
            f"{word_en}: {m.report[1]}",
            f"{word_en} for {m.agency[1]}, {en}. New due date: {m.due[1]}.",
        )

    return write


def _waived(m: Matter) -> Sentence:
    vi, en = _what(m)
    return Sentence(
        f"Được miễn: {m.report[0]}",
        f"{m.agency[0]} được miễn nộp {vi}.",
        f"Waived: {m.report[1]}",
        f"{m.agency[1]} need not submit {en}.",
    )


def _disabled(m: Matter) -> Sentence:
    url, gone = m.data.get("url"), m.data.get("reason") == "gone"
    return Sentence(
        "Một địa chỉ webhook đã bị ngừng",
        f"Hệ thống ngừng gửi tới {url}: "
        + ("bên nhận trả lời 410." if gone else "nhiều tin liên tiếp không gửi được.")
        + " Hãy kiểm tra rồi bật lại.",
        "A webhook endpoint was disabled",
        f"Nothing more is sent to {url}: "
        + ("the receiver answered 410." if gone else "several deliveries in a row failed.")
        + " Check it and enable it again.",
    )


def _exhausted(m: Matter) -> Sentence:
    kind, tries = m.data.get("event_type"), m.data.get("attempts")
    return Sentence(
        "Không gửi được một tin tới webhook",
        f"Sự kiện {kind} không gửi được sau {tries} lần thử. Có thể yêu cầu gửi lại.",
        "An event could not be delivered",
        f"The event {kind} failed at all {tries} attempts. You can ask for it again.",
    )


_SENTENCES: dict[str, Callable[[Matter], Sentence]] = {
    "deadline.approaching": _approaching,
    "deadline.due": _due,
    "deadline.overdue": _overdue,
    "deadline.escalated": _escalated,
    "deadline.met": _met,
    "submission.received": _received,
    "submission.returned": _returned,
    "submission.accepted": _accepted,
    "occurrence.rescheduled": _new_date("Hạn nộp thay đổi", "Due date changed"),
    "occurrence.extended": _new_date("Được gia hạn", "Extension granted"),
    "occurrence.waived": _waived,
    "endpoint.disabled": _disabled,
    "delivery.exhausted": _exhausted,
}
INBOX_TYPES = frozenset(_SENTENCES)
