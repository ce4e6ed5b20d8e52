"""The sentences of the inbox: who, what, which period, due when, in both languages."""

import pytest

from services.notifications.event.rules import KNOWN_TYPES, TO_REPORTER
from services.notifications.inbox.texts import INBOX_TYPES, day_in_words, period_in_words, sentence_of
from tests.notifications.builders import an_occurrence

NAMES = {
    "HT-STP": ("Sở Tư pháp tỉnh Hà Tĩnh", "Hà Tĩnh Department of Justice"),
    "HT-STC": ("Sở Tài chính tỉnh Hà Tĩnh", "Hà Tĩnh Department of Finance"),
}
STP = {**an_occurrence("HT-STP"), "offset_days": -7, "clock": "due"}


def test_a_reporter_reads_what_is_due_when():
    words = sentence_of("deadline.approaching", STP, NAMES)

    assert words.title_vi == "Còn 7 ngày đến hạn: Số liệu di cư 6 tháng"
    assert words.body_vi == (
        "Sở Tư pháp tỉnh Hà Tĩnh cần nộp “Số liệu di cư 6 tháng” 6 tháng đầu năm 2026"
        " chậm nhất hết ngày 04/07/2026 (giờ Việt Nam)."
    )
    assert words.title_en == "Due in 7 days: Six-monthly migration data"
    assert words.body_en == (
        "Hà Tĩnh Department of Justice has to submit “Six-monthly migration data” for the first half of 2026"
        " by the end of 4 July 2026 (Viet Nam time)."
    )


def test_a_recipient_reads_who_is_missing():
    listed = [{"occurrence": "x", "agency": code} for code in NAMES]
    data = {**STP, "offset_days": 1, "occurrences": listed, "missing_count": 2}
    words = sentence_of("deadline.overdue", data, NAMES)

    assert words.title_vi == "Quá hạn: 2 đơn vị chưa nộp Số liệu di cư 6 tháng"
    assert words.body_vi.endswith("Chưa nộp: Sở Tư pháp tỉnh Hà Tĩnh, Sở Tài chính tỉnh Hà Tĩnh.")
    assert words.title_en == "Overdue: 2 bodies have not submitted Six-monthly migration data"
    assert words.body_en.endswith("Missing: Hà Tĩnh Department of Justice, Hà Tĩnh Department of Finance.")


def test_a_long_list_names_ten_and_counts_the_rest():
    listed = [{"occurrence": "x", "agency": f"A-{n}"} for n in range(53)]
    data = {**STP, "offset_days": 1, "occurrences": listed, "missing_count": 53}
    words = sentence_of("deadline.overdue", data, {})

    assert words.body_vi.endswith("A-9 và 43 đơn vị khác.")
    assert words.body_en.endswith("A-9 and 43 more.")


def test_a_correction_is_called_one():
    words = sentence_of("deadline.due", {**STP, "clock": "correction", "offset_days": 0}, NAMES)

    assert "bản chỉnh sửa “Số liệu di cư 6 tháng”" in words.body_vi
    assert "the correction of “Six-monthly migration data”" in words.body_en


def test_a_return_says_until_when():
    data = {**STP, "correction_due_at": "2026-07-20T23:59:59.999999+07:00"}
    words = sentence_of("submission.returned", data, NAMES)

    assert words.body_vi.endswith("nộp bản chỉnh sửa chậm nhất hết ngày 20/07/2026.")
    assert words.body_en.endswith("submit the correction by the end of 20 July 2026.")


@pytest.mark.parametrize(
    ("period", "vi", "en"),
    [
        ("2026", "năm 2026", "the year 2026"),
        ("2026-S1", "6 tháng đầu năm 2026", "the first half of 2026"),
        ("2026-S2", "6 tháng cuối năm 2026", "the second half of 2026"),
        ("2025-12-15/P6M", "kỳ 2025-12-15/P6M", "the period 2025-12-15/P6M"),
    ],
)
def test_periods_are_said_as_people_say_them(period, vi, en):
    assert period_in_words(period) == (vi, en)


def test_no_date_is_never_invented():
    assert day_in_words(None) == ("không ấn định hạn", "no due date")


def test_every_event_that_enters_an_inbox_has_its_sentence():
    entering = {
        *TO_REPORTER,
        "submission.received",
        "endpoint.disabled",
        "delivery.exhausted",
        *(kind for kind in KNOWN_TYPES if kind.startswith("deadline.")),
    }

    assert entering == INBOX_TYPES


@pytest.mark.parametrize("kind", sorted(INBOX_TYPES))
def test_no_sentence_has_a_gap(kind):
    data = {**STP, "version": 1, "url": "https://x.vn/", "event_type": "deadline.due", "attempts": 10}
    words = sentence_of(kind, data, NAMES)

    for text in (words.title_vi, words.body_vi, words.title_en, words.body_en):
        assert text
        assert "None" not in text
        assert "{" not in text
    assert words.body_vi.endswith(".")
    assert words.body_en.endswith(".")
