"""Timeframes as other plans print them."""

import pytest

from services.registry.document.timeframes import begins_timeframe, read_timeframe


@pytest.mark.parametrize(
    ("printed", "mode", "start", "end", "period"),
    [
        ("2021-2025", "window", 2021, 2025, None),
        ("Giai đoạn 2021 – 2025", "window", 2021, 2025, None),
        ("Từ năm 2021 đến năm 2025", "window", 2021, 2025, None),
        ("Năm 2022", "window", 2022, 2022, None),
        ("Quý IV/2022", "window", 2022, 2022, None),
        ("Tháng 6/2023", "window", 2023, 2023, None),
        ("Đến năm 2025", "window", 2021, 2025, None),
        ("Trước ngày 30/6/2022", "window", 2021, 2022, None),
        ("Thường xuyên", "continuous", 2021, None, None),
        ("Thường xuyên hằng năm, giai đoạn 2021-2025", "continuous", 2021, 2025, None),
        ("Trong suốt quá trình thực hiện Đề án", "continuous", 2021, None, None),
        ("Hằng năm", "periodic", 2021, None, "P1Y"),
        ("Hàng quý", "periodic", 2021, None, "P3M"),
        ("Định kỳ 6 tháng", "periodic", 2021, None, "P6M"),
        ("3 năm/lần, từ năm 2022 đến năm 2031", "periodic", 2022, 2031, "P3Y"),
        ("", "none", None, None, None),
    ],
)
def test_a_timeframe_is_read_by_its_grammar(printed, mode, start, end, period):
    read = read_timeframe(printed, begins=2021)

    assert (read.mode, read.start, read.end, read.period_iso) == (mode, start, end, period)
    assert read.printed == printed


@pytest.mark.parametrize(
    ("printed", "review"),
    [
        ("2021-2023; định kỳ rà soát hằng năm đến năm 2030", ("yearly", 2024, 2030)),
        ("2021-2023, định kỳ cập nhật đến hết năm 2030", ("periodic_unspecified", 2024, 2030)),
        ("2021-2030; định kỳ đánh giá hàng năm", ("yearly", 2021, 2030)),
        ("2021-2025; định kỳ rà soát và báo cáo hàng năm đến 2030", ("yearly_review_and_report", 2026, 2030)),
    ],
)
def test_a_review_phase_follows_the_window_or_runs_inside_it(printed, review):
    read = read_timeframe(printed)

    assert (read.review_mode, read.review_start, read.review_end) == review


def test_what_no_grammar_reads_is_left_and_doubted():
    read = read_timeframe("Theo tiến độ được duyệt")

    assert (read.mode, read.start, read.end) == ("none", None, None)
    assert read.confidence < 0.5


def test_a_window_that_ends_before_it_begins_is_not_believed():
    assert read_timeframe("2025-2021").mode == "none"


def test_a_timeframe_is_found_at_the_end_of_a_joined_cell():
    cell = "Báo cáo trình UBND tỉnh 2021-2025"

    assert cell[begins_timeframe(cell) :].strip() == "2021-2025"
    assert begins_timeframe("Báo cáo trình UBND tỉnh") is None
