"""Deadline wordings, frequencies and data windows of many regimes; none is taken from the reference documents."""

import pytest

from services.registry.document.data_windows import find_data_windows
from services.registry.document.frequencies import find_frequencies, narrowed
from services.registry.document.proposal import Day, FrequencyRead
from services.registry.document.wordings import find_deadlines


def only(wording):
    (found,) = find_deadlines(wording)
    return found.read


@pytest.mark.parametrize(
    ("wording", "operator", "month", "day", "year_offset"),
    [
        ("gửi báo cáo trước ngày 20 tháng 12", "before", 12, 20, 0),
        ("gửi trước ngày 10/6 hằng năm", "before", 6, 10, 0),
        ("chậm nhất là ngày 25/6", "no_later_than", 6, 25, 0),
        ("muộn nhất vào ngày 5 tháng 7", "no_later_than", 7, 5, 0),
        ("không muộn hơn ngày 01/12", "no_later_than", 12, 1, 0),
        ("đến hết ngày 31 tháng 12", "no_later_than", 12, 31, 0),
        ("vào ngày 30 tháng 6", "on", 6, 30, 0),
        ("định kỳ 6 tháng (ngày 18 tháng 6)", "on", 6, 18, 0),
        ("chậm nhất trước ngày 15/6", "before", 6, 15, 0),
        ("trước hoặc trong ngày 15/6", "no_later_than", 6, 15, 0),
        ("trước ngày 15 tháng 01 năm sau", "before", 1, 15, 1),
        ("trước ngày 15/01 của năm kế tiếp", "before", 1, 15, 1),
        ("trước ngày 20 tháng 01 năm liền kề", "before", 1, 20, 1),
        ("chậm nhất ngày 31 tháng 3 năm tiếp theo", "no_later_than", 3, 31, 1),
        ("trước ngày 10/02 năm liền sau", "before", 2, 10, 1),
        ("trước ngày 10/02 năm liền kề sau kỳ báo cáo", "before", 2, 10, 1),
        ("trước ngày 20/12 năm báo cáo", "before", 12, 20, 0),
        ("hạn cuối ngày 20/11", "no_later_than", 11, 20, 0),
        ("thời hạn gửi: ngày 05/12", "no_later_than", 12, 5, 0),
        ("Trước ngày 29 tháng 02", "before", 2, 29, 0),
    ],
)
def test_a_day_of_the_year_is_read_with_its_operator_and_its_year(wording, operator, month, day, year_offset):
    read = only(wording)

    assert (read.operator, read.month, read.day, read.year_offset) == (operator, month, day, year_offset)
    assert (read.fixed_year, read.days_after) == (None, None)


@pytest.mark.parametrize(
    ("wording", "year"),
    [
        ("hoàn thành trước ngày 30/9/2024", 2024),
        ("chậm nhất ngày 30 tháng 9 năm 2024", 2024),
        ("xong trước ngày 30.9.2024", 2024),
    ],
)
def test_a_year_that_is_printed_fixes_the_day(wording, year):
    read = only(wording)

    assert (read.month, read.day, read.fixed_year) == (9, 30, year)


@pytest.mark.parametrize(
    ("wording", "operator", "day"),
    [
        ("trước ngày 05 tháng sau", "before", 5),
        ("chậm nhất ngày 10 của tháng tiếp theo", "no_later_than", 10),
        ("trước ngày 07 của tháng đầu quý sau", "before", 7),
        ("chậm nhất ngày 15 tháng đầu tiên của quý tiếp theo", "no_later_than", 15),
    ],
)
def test_a_day_of_the_month_after_the_period_is_read_as_such(wording, operator, day):
    read = only(wording)

    assert (read.operator, read.day, read.month_offset, read.month) == (operator, day, 1, None)


@pytest.mark.parametrize(
    ("wording", "read"),
    [
        ("chậm nhất vào ngày cuối cùng của tháng", {"days_after": 0}),
        ("chậm nhất ngày làm việc cuối cùng của quý", {"working_day": -1, "month_offset": 0}),
        ("trước ngày làm việc thứ 5 của tháng sau", {"working_day": 5, "month_offset": 1}),
        ("vào thứ Sáu hằng tuần", {"weekday": 5}),
        ("trước 17h00 thứ Hai của tuần kế tiếp", {"weekday": 1, "week_offset": 1, "hour": 17}),
    ],
)
def test_last_days_working_days_and_weekdays_are_read(wording, read):
    facts = {name: getattr(only(wording), name) for name in read}

    assert facts == read


@pytest.mark.parametrize("wording", ["ngày 25 hằng tháng", "trước ngày 25 hàng tháng", "ngày 25 tháng cuối quý"])
def test_a_day_in_the_last_month_of_the_period_is_kept_as_such(wording):
    read = find_deadlines(f"gửi vào {wording}")[0].read

    assert (read.month, read.day, read.month_offset, read.days_after) == (None, 25, 0, None)


@pytest.mark.parametrize(
    ("wording", "count", "is_working", "counted_from"),
    [
        ("trong thời hạn 10 ngày kể từ ngày kết thúc quý", 10, False, "period_end"),
        ("chậm nhất 05 ngày làm việc sau khi kết thúc kỳ báo cáo", 5, True, "period_end"),
        ("không quá 15 (mười lăm) ngày kể từ ngày kết thúc năm", 15, False, "period_end"),
        ("trong vòng 03 ngày làm việc, kể từ ngày nhận được yêu cầu", 3, True, "nhận được yêu cầu"),
        ("chậm nhất sau 07 ngày kể từ khi vụ việc được phát hiện", 7, False, "vụ việc được phát hiện"),
        ("trong vòng 24 giờ kể từ khi xảy ra vụ việc", 1, False, "xảy ra vụ việc"),
    ],
)
def test_days_are_counted_from_an_event_or_from_the_end_of_the_period(wording, count, is_working, counted_from):
    read = only(wording)

    assert (read.operator, read.days_after) == ("no_later_than", count)
    assert (read.counts_working_days, read.counted_from) == (is_working, counted_from)


def test_an_hour_of_the_day_is_read_with_its_minutes():
    read = only("gửi trước 16 giờ 30 phút ngày 14/6")

    assert (read.operator, read.month, read.day, read.hour, read.minute) == ("before", 6, 14, 16, 30)


def test_an_hour_that_no_clock_has_is_no_deadline():
    assert find_deadlines("gửi trước 25 giờ 75 phút ngày 14/6") == []


def test_a_report_sent_with_another_one_shares_its_deadline():
    read = only("gửi kèm báo cáo tổng kết năm của ngành")

    assert (read.operator, read.with_report) == ("with", "báo cáo tổng kết năm của ngành")


@pytest.mark.parametrize(
    "citation",
    [
        "Căn cứ Nghị định số 09/2019/NĐ-CP ngày 24 tháng 01 năm 2019 của Chính phủ",
        "báo cáo theo Công văn số 77/SNV ngày 02/3/2023",
        "giảm 15/20 chỉ tiêu",
        "tỷ lệ đạt 3/4%",
        "trước ngày 45 tháng 13",
    ],
)
def test_the_day_of_a_citation_is_no_deadline(citation):
    assert find_deadlines(citation) == []


@pytest.mark.parametrize(
    "wording",
    ["trước ngày l5 tháng 11", "trước ngày 15 tháng 1l", "trước ngày 15 tháng 11", "TRƯỚC NGÀY 15/11"],
)
def test_figures_that_scanning_misread_are_mended(wording):
    read = only(wording)

    assert (read.operator, read.month, read.day) == ("before", 11, 15)


@pytest.mark.parametrize(
    ("wording", "read"),
    [
        ("báo cáo định kỳ hằng tháng", [("calendar_month", ())]),
        ("báo cáo hàng quý", [("calendar_quarter", ())]),
        ("định kỳ hằng tháng, quý và năm", [
            ("calendar_month", ()), ("calendar_quarter", ()), ("calendar_year", ("Y",)),
        ]),
        ("báo cáo quý, 6 tháng, năm", [
            ("calendar_quarter", ()), ("calendar_half", ("H1", "H2")), ("calendar_year", ("Y",)),
        ]),
        ("báo cáo 6 tháng đầu năm", [("calendar_half", ("H1",))]),
        ("báo cáo 06 tháng cuối năm", [("calendar_half", ("H2",))]),
        ("báo cáo quý III", [("calendar_quarter", ("Q3",))]),
        ("mỗi năm một lần", [("calendar_year", ("Y",))]),
        ("định kỳ 3 năm/lần", [("series", ())]),
        ("báo cáo đột xuất", [("on_demand", ())]),
        ("nếu có khó khăn, vướng mắc", [("on_demand", ())]),
        ("hạn ngày 5 tháng 6", []),
    ],
)  # fmt: skip
def test_frequencies_are_read_in_order(wording, read):
    assert [(f.read.window, f.read.parts) for f in find_frequencies(wording)] == read


@pytest.mark.parametrize(
    ("wording", "start", "cut_off", "window", "parts"),
    [
        (
            "Tính từ ngày 15 tháng 12 năm trước kỳ báo cáo đến ngày 14 tháng 6 của kỳ báo cáo",
            Day(12, 15, -1), Day(6, 14), "decree09_half", ("H1",),
        ),
        (
            "từ ngày 15/6 đến ngày 14/12 của kỳ báo cáo",
            Day(6, 15), Day(12, 14), "decree09_half", ("H2",),
        ),
        (
            "từ ngày 15 tháng 12 năm liền trước đến hết ngày 14 tháng 12",
            Day(12, 15, -1), Day(12, 14), "decree09_year", ("Y",),
        ),
        ("từ ngày 01/01 đến ngày 30/11", Day(1, 1), Day(11, 30), "calendar_year", ("Y",)),
        ("số liệu tính đến hết ngày 30 tháng 11", None, Day(11, 30), "calendar_year", ("Y",)),
    ],
)  # fmt: skip
def test_a_data_window_is_read_with_its_cut_off_and_is_no_deadline(wording, start, cut_off, window, parts):
    (found,) = find_data_windows(wording)
    yearly = FrequencyRead("hằng năm", "calendar_year", "P1Y", ("Y",))

    assert (found.read.start, found.read.cut_off) == (start, cut_off)
    assert find_deadlines(wording) == []
    assert (narrowed(yearly, found.read).window, narrowed(yearly, found.read).parts) == (window, parts)


@pytest.mark.parametrize(
    ("wording", "start", "cut_off", "window", "narrow"),
    [
        (
            "tính từ ngày 15 tháng trước đến ngày 14 của tháng thuộc kỳ báo cáo",
            Day(None, 15, month_offset=-1), Day(None, 14, month_offset=0), "calendar_month", "decree09_month",
        ),
        (
            "tính từ ngày 15 của tháng trước kỳ báo cáo đến ngày 14 của tháng cuối quý thuộc kỳ báo cáo",
            Day(None, 15, month_offset=-1), Day(None, 14, month_offset=0), "calendar_quarter", "decree09_quarter",
        ),
        (
            "từ ngày 21 tháng trước đến ngày 20 hằng tháng",
            Day(None, 21, month_offset=-1), Day(None, 20, month_offset=0), "calendar_month", "calendar_month",
        ),
    ],
)  # fmt: skip
def test_a_data_window_may_be_told_from_the_month_of_the_period(wording, start, cut_off, window, narrow):
    (found,) = find_data_windows(wording)

    assert (found.read.start, found.read.cut_off) == (start, cut_off)
    assert find_deadlines(wording) == []
    assert narrowed(FrequencyRead("", window), found.read).window == narrow
