"""The sentences of `explain`: each step from wording to instant, in Vietnamese and English, with its facts."""

from datetime import date, datetime, time
from typing import Protocol

from services.registry.obligation.step import MONTHS_EN, Step, day_en, day_vi, weekday_en, weekday_vi


def wording_step(wording: str) -> Step:
    return Step(
        "wording",
        f"Văn bản ghi: “{wording}”." if wording else "Văn bản không ghi thời hạn.",
        f"The document says: “{wording}”." if wording else "The document states no deadline.",
        {"wording": wording},
    )


class PeriodFacts(Protocol):
    """What is told of a period."""

    @property
    def label(self) -> str: ...
    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date: ...


def period_step(period: PeriodFacts) -> Step:
    label, start, end = period.label, period.start, period.end
    return Step(
        "period",
        f"Kỳ báo cáo {label}: từ ngày {day_vi(start)} đến hết ngày {day_vi(end)}.",
        f"Period {label}: from {day_en(start)} to the end of {day_en(end)}.",
        {"period": label, "period_start": start.isoformat(), "period_end": end.isoformat()},
    )


def named_day_step(day: date, year_offset: int, fixed_year: int | None) -> Step:
    vi, en = _year_words(day.year, year_offset, fixed_year)
    return Step(
        "named_day",
        f"Ngày được nêu, tính theo {vi}: ngày {day_vi(day)}.",
        f"The day named, in {en}: {day_en(day)}.",
        {"named_on": day.isoformat(), "year_offset": year_offset},
    )


def _year_words(year: int, offset: int, fixed_year: int | None) -> tuple[str, str]:
    if fixed_year is not None:
        return f"năm ghi cố định trong văn bản ({year})", f"the year that the document fixes ({year})"
    if offset == 0:
        return f"năm kết thúc kỳ báo cáo ({year})", f"the year in which the period ends ({year})"
    if offset == -1:
        return f"năm trước kỳ báo cáo ({year})", f"the year before the period ({year})"
    if offset == 1:
        return f"năm sau kỳ báo cáo ({year})", f"the year after the period ({year})"
    return f"năm thứ {offset} sau kỳ báo cáo ({year})", f"the year {offset} years after the period ({year})"


def month_offset_step(day: date, offset: int, end: date) -> Step:
    vi = "tháng kết thúc kỳ" if offset == 0 else f"{offset} tháng sau tháng kết thúc kỳ"
    en = "the month in which the period ends" if offset == 0 else f"{offset} month(s) after the period's last"
    return Step(
        "named_day",
        f"Ngày được nêu, tính theo {vi} ({day_vi(end)}): ngày {day_vi(day)}.",
        f"The day named, in {en} (it ends on {day_en(end)}): {day_en(day)}.",
        {"named_on": day.isoformat(), "month_offset": offset},
    )


def weekday_step(day: date, offset: int) -> Step:
    vi = "tuần kết thúc kỳ báo cáo" if offset == 0 else f"tuần thứ {offset} sau tuần kết thúc kỳ báo cáo"
    en = "the week in which the period ends" if offset == 0 else f"{offset} week(s) after the period's last week"
    return Step(
        "named_weekday",
        f"Thứ được nêu, tính theo {vi}: {weekday_vi(day)}, ngày {day_vi(day)}.",
        f"The weekday named, in {en}: {weekday_en(day)}, {day_en(day)}.",
        {"named_on": day.isoformat(), "week_offset": offset},
    )


def working_day_step(ordinal: int, day: date, calendar_version: str) -> Step:
    vi = f"thứ {ordinal}" if ordinal > 0 else "cuối cùng" if ordinal == -1 else f"thứ {-ordinal} tính từ cuối"
    en = f"no. {ordinal}" if ordinal > 0 else "the last" if ordinal == -1 else f"no. {-ordinal} from the end"
    return Step(
        "named_working_day",
        f"Ngày làm việc {vi} của tháng {day.month} năm {day.year}: {weekday_vi(day)}, ngày {day_vi(day)}.",
        f"Working day of {MONTHS_EN[day.month - 1]} {day.year}, {en}: {weekday_en(day)}, {day_en(day)}.",
        {"named_on": day.isoformat(), "working_day": ordinal, "calendar_version": calendar_version},
    )


def few_working_days_step(count: int, day: date) -> Step:
    return Step(
        "few_working_days",
        f"Tháng {day.month} năm {day.year} chỉ có {count} ngày làm việc: lấy ngày {day_vi(day)}.",
        f"{MONTHS_EN[day.month - 1]} {day.year} has only {count} working days: {day_en(day)} counts.",
        {"named_on": day.isoformat(), "working_days": count},
    )


def event_step(count: int, is_working: bool, event_on: date, day: date, event: str | None) -> Step:
    vi, en = ("ngày làm việc", "working days") if is_working else ("ngày", "days")
    named_vi, named_en = (f" ({event})", f" ({event})") if event else ("", "")
    return Step(
        "days_after_event",
        f"Thời hạn tính từ sự kiện{named_vi} ngày {day_vi(event_on)}; ngày đó không tính (Điều 147 khoản 2 "
        f"Bộ luật Dân sự 2015): {count} {vi} sau là ngày {day_vi(day)}.",
        f"Counted from the event{named_en} on {day_en(event_on)}; that day itself is not counted (Civil Code "
        f"2015, article 147.2): {count} {en} later is {day_en(day)}.",
        {"named_on": day.isoformat(), "days_after": count, "event_on": event_on.isoformat()},
    )


def clamp_step(asked: int, day: date) -> Step:
    return Step(
        "month_end",
        f"Tháng {day.month} năm {day.year} không có ngày {asked}: lấy ngày cuối tháng, {day_vi(day)}.",
        f"{MONTHS_EN[day.month - 1]} {day.year} has no day {asked}: its last day counts, {day_en(day)}.",
        {"named_day": asked, "named_on": day.isoformat()},
    )


def days_after_step(count: int, is_working: bool, end: date, day: date) -> Step:
    vi, en = ("ngày làm việc", "working days") if is_working else ("ngày", "days")
    return Step(
        "days_after",
        f"Thời hạn tính từ ngày kết thúc kỳ ({day_vi(end)}): thêm {count} {vi} là ngày {day_vi(day)}.",
        f"Counted from the last day of the period ({day_en(end)}): {count} {en} later is {day_en(day)}.",
        {"named_on": day.isoformat(), "days_after": count},
    )


def before_step(day: date) -> Step:
    return Step(
        "before",
        f"“Trước ngày” không gồm chính ngày được nêu: ngày cuối cùng còn đúng hạn là {weekday_vi(day)}, "
        f"ngày {day_vi(day)}.",
        f"“Before” leaves the named day out: the last day on time is {weekday_en(day)}, {day_en(day)}.",
        {"last_on": day.isoformat()},
    )


def on_step(day: date) -> Step:
    return Step(
        "on",
        f"Hạn là chính ngày được nêu, nộp trong ngày vẫn đúng hạn: {weekday_vi(day)}, ngày {day_vi(day)}.",
        f"The named day itself is on time: {weekday_en(day)}, {day_en(day)}.",
        {"last_on": day.isoformat()},
    )


def no_later_than_step(day: date) -> Step:
    return Step(
        "no_later_than",
        f"“Chậm nhất” gồm cả ngày được nêu: ngày cuối cùng còn đúng hạn là {weekday_vi(day)}, ngày {day_vi(day)}.",
        f"“No later than” includes the named day: the last day on time is {weekday_en(day)}, {day_en(day)}.",
        {"last_on": day.isoformat()},
    )


def hour_step(day: date, hour: int, minute: int, *, is_before: bool) -> Step:
    vi, en = ("trước", "before") if is_before else ("chậm nhất lúc", "at the latest at")
    return Step(
        "hour",
        f"Hạn có ghi giờ: {vi} {hour} giờ {minute:02} ngày {day_vi(day)}, giờ Việt Nam.",
        f"An hour is named: {en} {hour}:{minute:02} on {day_en(day)}, Viet Nam time.",
        {"last_on": day.isoformat(), "hour": hour, "minute": minute},
    )


def cut_off_step(cut_off: date, gap: int | None) -> Step:
    vi = "" if gap is None else f" Từ đó đến hạn nộp có {gap} ngày làm việc."
    en = "" if gap is None else f" There are {gap} working days from then to the due day."
    return Step(
        "cut_off",
        f"Số liệu chốt đến hết ngày {day_vi(cut_off)}.{vi}",
        f"Figures run to the end of {day_en(cut_off)}.{en}",
        {"cut_off_on": cut_off.isoformat(), "working_days_to_due": gap},
    )


def voluntary_step() -> Step:
    return Step(
        "voluntary",
        "Báo cáo này không bắt buộc: không bao giờ quá hạn.",
        "This report is voluntary: it is never overdue.",
        {"overdue_after": None},
    )


def shared_step(obligation: str) -> Step:
    return Step(
        "shared_deadline",
        f"Báo cáo này nộp kèm {obligation}: hạn nộp là hạn của {obligation} cho cùng kỳ báo cáo.",
        f"This report goes with {obligation}: it is due when {obligation} is due for the same period.",
        {"obligation": obligation},
    )


def kept_step(day: date) -> Step:
    return Step(
        "not_rolled",
        f"{_capital(weekday_vi(day))}, ngày {day_vi(day)} không phải ngày làm việc. "
        "Văn bản không cho phép dời ngày nên hạn giữ nguyên.",
        f"{weekday_en(day)}, {day_en(day)}, is not a working day. "
        "The document has no roll rule, so the day stays.",
        {"last_on": day.isoformat(), "working_day": False},
    )


def rolled_step(old: date, new: date, *, forward: bool, calendar_version: str, left_month: bool = False) -> Step:
    vi, en = ("liền sau", "next") if forward else ("liền trước", "previous")
    why_vi = " (ngày làm việc liền sau đã sang tháng khác)" if left_month else ""
    why_en = " (the next one lies in another month)" if left_month else ""
    return Step(
        "rolled",
        f"{_capital(weekday_vi(old))}, ngày {day_vi(old)} không phải ngày làm việc: "
        f"hạn dời sang ngày làm việc {vi}{why_vi}, {weekday_vi(new)}, ngày {day_vi(new)}.",
        f"{weekday_en(old)}, {day_en(old)}, is not a working day: "
        f"the deadline moves to the {en} working day{why_en}, {weekday_en(new)}, {day_en(new)}.",
        {"from_on": old.isoformat(), "last_on": new.isoformat(), "calendar_version": calendar_version},
    )


def due_step(due_at: datetime) -> Step:
    day = due_at.date()
    facts = {"due_at": due_at.isoformat(), "due_on": day.isoformat()}
    if due_at.time() != time.max:
        return Step(
            "due_at",
            f"Thời điểm cuối cùng còn đúng hạn: {due_at.time().isoformat()} ngày {day_vi(day)} giờ Việt Nam "
            "(UTC+07:00). Nộp muộn hơn dù một phần triệu giây là nộp chậm.",
            f"The last instant on time is {due_at.time().isoformat()} on {day_en(day)} in Viet Nam (UTC+07:00). "
            "One microsecond later is late.",
            facts,
        )
    return Step(
        "due_at",
        f"Ngày {day_vi(day)} kết thúc lúc 23:59:59,999999 giờ Việt Nam (UTC+07:00). Nộp muộn hơn dù một phần "
        "triệu giây là nộp chậm.",
        f"{day_en(day)} ends at 23:59:59.999999 in Viet Nam (UTC+07:00). One microsecond later is late.",
        facts,
    )


def series_step(year: int, overdue_after: datetime) -> Step:
    return Step(
        "year_series",
        f"Báo cáo thuộc năm {year} và văn bản không ấn định ngày: không có ngày đến hạn, chỉ quá hạn khi "
        f"năm {year} đã kết thúc.",
        f"The report belongs to the year {year} and no day is given: it has no due day and is overdue only "
        f"after {year} has ended.",
        {"due_at": None, "overdue_after": overdue_after.isoformat(), "due_year": year},
    )


def no_date_step() -> Step:
    return Step(
        "no_date",
        "Văn bản không ấn định ngày và hệ thống không tự đặt ra: báo cáo không có hạn và không bao giờ "
        "quá hạn, trừ khi nơi nhận ấn định ngày cho đợt này, có nêu lý do.",
        "The document gives no day and none is invented: the report has no due date and is never overdue, "
        "unless the recipient sets a day for this cycle, with its reason.",
        {"due_at": None},
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
