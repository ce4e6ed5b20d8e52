"""From what was read to the deadline rule that the registry keeps: nothing that was printed is lost in silence."""

import pytest

from services.registry.document.reader import read_document
from services.registry.document.ruling import rule_of
from services.registry.obligation.deadline_rule import rule_faults
from services.registry.obligation.duty import deadline_rule_of, period_rule_of
from services.registry.obligation.periods import period_faults
from services.registry.obligation.rule_schemas import DeadlineRuleIn
from tests.registry.document.builders import seed
from tests.registry.document.office import flattened
from tests.registry.document.test_documents import REPORTING, the_book
from tests.registry.document.unseen.book import the_wider_book
from tests.registry.document.unseen.gold import NAMES, text_of


def rules_of(sentence):
    (part,) = read_document(REPORTING + sentence, the_book()).parts
    return [rule_of(o) for o in part.obligations]


def only(sentence):
    (read,) = rules_of(sentence)
    return read


def said(rule, *fields):
    return tuple(rule.rule.get(name) for name in fields)


def every_obligation():
    for number in ("000", "001", "002", "004"):
        yield from (o for part in seed(number).parts for o in part.obligations)
    for name in NAMES:
        parts = read_document(flattened(text_of(name)), the_wider_book()).parts
        yield from (o for part in parts for o in part.obligations)


def test_every_rule_of_every_document_can_be_kept_or_says_why_not():
    told = {"shared_report_unnamed", "series_years_missing", "day_never_exists"}
    count = 0
    for obligation in every_obligation():
        read = rule_of(obligation)
        row = DeadlineRuleIn.model_validate(read.rule).columns()
        faults = [*rule_faults(deadline_rule_of(row)), *period_faults(period_rule_of(row))]

        assert not faults or told & {d.code for d in read.doubts}, (read, faults)
        count += 1
    assert count > 40


@pytest.mark.parametrize(
    ("sentence", "fields", "values"),
    [
        (
            "Các sở báo cáo tháng gửi Sở Tư pháp trước ngày 05 tháng sau.",
            ("window", "operator", "month_offset", "day"),
            ("calendar_month", "before", 1, 5),
        ),
        (
            "Các sở gửi báo cáo tuần về Sở Tư pháp trước 16 giờ thứ Sáu hằng tuần.",
            ("window", "period_iso", "weekday", "hour"),
            ("calendar_week", None, 5, 16),
        ),
        (
            "Sở Tư pháp thông báo cho Công an tỉnh trong thời hạn 03 ngày làm việc kể từ ngày tiếp nhận nạn nhân.",
            ("window", "days_after", "counts_working_days", "counted_from", "event"),
            ("on_event", 3, True, "event", "tiếp nhận nạn nhân"),
        ),
        (
            "Các sở gửi số liệu hằng tháng về Sở Tư pháp trước ngày 25 hằng tháng, "
            "số liệu tính từ ngày 21 tháng trước đến ngày 20 của tháng báo cáo.",
            ("window", "year_starts", "month_offset", "day", "cut_off"),
            ("custom_month", "12-21", 0, 25, None),
        ),
        (
            "Các sở gửi số liệu hằng năm về Sở Tư pháp trước ngày 15/12, "
            "số liệu tính từ ngày 01 tháng 12 năm trước đến ngày 30 tháng 11.",
            ("window", "year_starts", "cut_off"),
            ("custom_year", "12-01", None),
        ),
        (
            "Các sở gửi số liệu hằng năm về Sở Tư pháp trước ngày 15/12, "
            "số liệu tính từ ngày 01 tháng 01 đến ngày 30 tháng 11.",
            ("window", "year_starts", "cut_off"),
            ("calendar_year", None, "11-30"),
        ),
        (
            "Các sở gửi báo cáo quý về Sở Tư pháp chậm nhất ngày làm việc cuối cùng của quý.",
            ("window", "working_day", "month_offset", "operator"),
            ("calendar_quarter", -1, 0, "no_later_than"),
        ),
    ],
)
def test_what_was_printed_stands_in_the_rule(sentence, fields, values):
    read = only(sentence)

    assert said(read, *fields) == values
    assert read.doubts == ()


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("Các sở gửi báo cáo quý về Sở Tư pháp.", ["no_day_printed"]),
        (
            "Các sở gửi báo cáo hằng năm về Sở Tư pháp kèm theo báo cáo công tác dân tộc.",
            ["shared_report_unnamed"],
        ),
        (
            "Các sở gửi số liệu hằng năm về Sở Tư pháp trước ngày 15/12, "
            "số liệu tính từ ngày 05 tháng 12 năm trước đến ngày 30 tháng 10.",
            ["data_window_not_held"],
        ),
        ("Các sở báo cáo hằng năm về Sở Tư pháp trước ngày 31/11.", ["day_never_exists"]),
        ("Các sở gửi báo cáo năm về Sở Tư pháp trước ngày 15/01 hằng năm.", ["due_before_period_ends"]),
        ("Công an tỉnh báo cáo Sở Tư pháp định kỳ 02 tháng một lần.", ["period_not_held"]),
        ("Các sở báo cáo định kỳ 3 năm một lần về Sở Tư pháp trước ngày 15/12.", ["series_years_missing"]),
    ],
)
def test_what_a_rule_cannot_hold_is_a_doubt_in_both_languages(sentence, codes):
    read = only(sentence)

    assert [doubt.code for doubt in read.doubts] == codes
    assert all(doubt.vi and doubt.en and doubt.line and doubt.item for doubt in read.doubts)
