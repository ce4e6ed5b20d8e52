"""Plans in other layouts and of other provinces, written for these tests; and texts that are no plan."""

import time
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry.document.reader import read_csv, read_document
from tests.registry.document.builders import the_book

HEAD = """ỦY BAN NHÂN DÂN
TỈNH HÀ TĨNH

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 88/KH-UBND

Hà Tĩnh, ngày 03 tháng 02 năm 2021

KẾ HOẠCH
Phòng, chống mua bán người năm 2021

Căn cứ Quyết định số 193/QĐ-TTg ngày 09 tháng 02 năm 2021 của Thủ tướng Chính phủ;

"""
DUTIES = """IV. CHẾ ĐỘ BÁO CÁO VÀ TỔ CHỨC THỰC HIỆN

1. Các sở, ngành, địa phương liên quan gửi báo cáo hằng tháng về Công an tỉnh trước ngày 05 tháng sau; báo cáo quý
gửi chậm nhất ngày 10 của tháng đầu quý sau; báo cáo năm gửi trước ngày 15 tháng 01 năm kế tiếp.

2. Sở Tư pháp
- Định kỳ 6 tháng đầu năm gửi số liệu về Công an tỉnh trong thời hạn 05 ngày làm việc kể từ ngày kết thúc kỳ báo
cáo; thời gian chốt số liệu tính từ ngày 15 tháng 12 năm trước đến ngày 14 tháng 6 của kỳ báo cáo.
- Phối hợp với Sở Ngoại vụ xác minh nạn nhân.

Nơi nhận:
- Công an tỉnh;
- Sở Ngoại vụ;
"""
TABS = """PHỤ LỤC

TT\tNhiệm vụ\tThời hạn\tĐơn vị thực hiện\tĐơn vị phối hợp\tSản phẩm
I\tTuyên truyền
1\tTập huấn cho cán bộ cơ sở\tQuý II/2021\tSở Tư pháp\tSở Ngoại vụ, Công an tỉnh\tHội nghị
2\tXây dựng tài liệu\tThường xuyên\tSở Thông tin và\tCác Sở: Ngoại vụ, Tư pháp\tTài liệu tuyên

12

\tcho vùng biên giới\t\tTruyền thông\t\ttruyền
"""
BARS = """| STT | Nội dung công việc | Cơ quan chủ trì | Cơ quan phối hợp | Kết quả | Thời gian |
|---|---|---|---|---|---|
| 1 | Tuyên truyền | | | | |
| 1.1 | Tập huấn cho cán bộ cơ sở | Sở Tư pháp | Sở Ngoại vụ | Hội nghị | 2021-2022 |
| l.2 | Rà soát văn bản | Công an tỉnh | Sở Tư pháp | Báo cáo | 2021-2025; định kỳ rà soát hằng năm đến 2030 |
"""


def part_of(text):
    (part,) = read_document(text, the_book()).parts
    return part


def told(task):
    return [n.read_as for n in task.leads], [n.read_as for n in task.coordinators]


def test_columns_are_known_by_their_headings_in_any_order_and_cut_rows_are_put_together():
    plan = part_of(HEAD + TABS)
    tasks = {task.code: task for task in plan.tasks}

    assert plan.layout == "tab"
    assert tasks["1"].title == "Tập huấn cho cán bộ cơ sở"
    assert told(tasks["1"]) == (["HT-STP"], ["HT-SNGV", "HT-CAT"])
    assert (tasks["1"].timeframe.start, tasks["1"].result) == (2021, "Hội nghị")
    assert tasks["2"].title == "Xây dựng tài liệu cho vùng biên giới"
    assert told(tasks["2"]) == (["HT-STTTT"], ["HT-SNGV", "HT-STP"])
    assert tasks["2"].result == "Tài liệu tuyên truyền"
    assert tasks["I"].kind == "heading"


def test_rows_between_bars_are_read_and_a_misread_code_is_mended():
    plan = part_of(HEAD + BARS)
    tasks = {task.code: task for task in plan.tasks}

    assert plan.layout == "bars"
    assert list(tasks) == ["1", "1.1", "1.2"]
    assert (tasks["1"].kind, tasks["1.1"].parent_code) == ("heading", "1")
    assert tasks["1.2"].timeframe.review_start == 2026


def test_cells_that_were_joined_are_cut_again_and_doubted():
    table = (
        "STT\tNội dung\tCơ quan chủ trì\tCơ quan phối hợp\tKết quả\tThời gian\n"
        "1.1 Tập huấn cho cán bộ\tSở Tư pháp\tSở Ngoại vụ\tHội nghị\t2021-2022\n"
        "1.2\tRà soát văn bản\tCông an tỉnh\tSở Tư pháp\tBáo cáo rà soát 2021-2025\n"
    )

    first, second = part_of(HEAD + table).tasks

    assert (first.code, first.title, told(first)) == ("1.1", "Tập huấn cho cán bộ", (["HT-STP"], ["HT-SNGV"]))
    assert (second.result, second.timeframe.printed) == ("Báo cáo rà soát", "2021-2025")
    assert max(first.confidence, second.confidence) < 1


def test_a_row_without_a_number_is_counted_and_doubted():
    table = (
        "STT\tNội dung\tCơ quan chủ trì\tCơ quan phối hợp\tKết quả\tThời gian\n"
        "1.1\tTập huấn\tSở Tư pháp\tSở Ngoại vụ\tHội nghị\t2021-2022\n"
        "\tRà soát văn bản\tCông an tỉnh\tSở Tư pháp\tBáo cáo\t2021-2025\n"
    )

    first, second = part_of(HEAD + table).tasks

    assert (first.code_origin, second.code, second.code_origin) == ("document", "1.2", "derived")
    assert second.confidence < first.confidence


def test_a_code_out_of_order_is_doubted():
    table = (
        "STT\tNội dung\tCơ quan chủ trì\tThời gian\n"
        "3.9\tTập huấn\tSở Tư pháp\t2021\n"
        "3.1\tRà soát\tSở Tư pháp\t2022\n"
    )

    first, second = part_of(HEAD + table).tasks

    assert (first.confidence, second.confidence) == (1.0, 0.7)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_composed_and_decomposed_text_are_read_alike(form):
    text = unicodedata.normalize(form, HEAD + TABS + DUTIES)

    assert read_document(text, the_book()) == read_document(HEAD + TABS + DUTIES, the_book())


def test_old_and_new_tone_marks_are_read_alike():
    old = (HEAD + DUTIES).replace("ỦY BAN", "UỶ BAN").replace("HÒA", "HOÀ")

    assert part_of(old).instrument.issuer.read_as == "UBND-P42"
    assert [o.deadline for o in part_of(old).obligations] == [
        o.deadline for o in part_of(HEAD + DUTIES).obligations
    ]


def test_monthly_quarterly_and_yearly_duties_of_a_body_are_read():
    plan = part_of(HEAD + DUTIES)

    read = [
        (d.operator, d.day, d.month_offset, d.days_after, d.month, d.year_offset, o.frequency.window)
        for o in plan.obligations
        for d in [o.deadline]
    ]

    assert read == [
        ("before", 5, 1, None, None, 0, "calendar_month"),
        ("no_later_than", 10, 1, None, None, 0, "calendar_quarter"),
        ("before", 15, None, None, 1, 1, "calendar_year"),
        ("no_later_than", None, None, 5, None, 0, "decree09_half"),
    ]
    assert {n.read_as for o in plan.obligations for n in o.recipients} == {"HT-CAT"}
    assert [n.read_as for n in plan.obligations[0].reporters] == ["G-SND-HT"]
    assert [n.read_as for n in plan.obligations[3].reporters] == ["HT-STP"]
    assert plan.obligations[3].deadline.counts_working_days
    assert (plan.obligations[3].data_window.cut_off.month, plan.obligations[3].frequency.parts) == (6, ("H1",))


def test_the_list_of_recipients_gives_nobody_a_duty():
    plan = part_of(HEAD + TABS + DUTIES)

    assert {duty.source_ref for duty in plan.duties} == {"IV.1", "IV.2.1", "IV.2.2"}


def test_the_facts_of_another_province_are_read():
    text = HEAD.replace("TỈNH HÀ TĨNH", "THÀNH PHỐ HẢI PHÒNG").replace("Hà Tĩnh, ngày", "Hải Phòng, ngày")

    facts = part_of(text + DUTIES).instrument

    assert (facts.issuer.read_as, facts.province, facts.issued_on) == ("UBND-P31", "P31", date(2021, 2, 3))
    assert [(c.number, c.issued_on) for c in facts.based_on] == [("193/QĐ-TTg", date(2021, 2, 9))]


def test_names_of_a_province_whose_bodies_nobody_registered_are_left_open():
    text = HEAD.replace("TỈNH HÀ TĨNH", "THÀNH PHỐ HẢI PHÒNG").replace("Hà Tĩnh, ngày", "Hải Phòng, ngày")

    plan = part_of(text + TABS)

    assert {n.read_as for task in plan.tasks for n in task.leads} == {None}
    assert {w.code for w in plan.doubts} == {"name_unresolved"}


def test_a_csv_file_is_read_by_its_headings():
    records = (
        "STT;Nội dung;Cơ quan chủ trì;Cơ quan phối hợp;Kết quả;Thời gian hoàn thành\n"
        '1.1;Tập huấn;"Bộ Tư pháp; Bộ Công an";Bộ Ngoại giao;Hội nghị;2021-2022\n'
    )

    (part,) = read_csv(records, the_book()).parts
    (task,) = part.tasks

    assert (part.layout, task.code, told(task)) == ("csv", "1.1", (["BTP", "BCA"], ["BNG"]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "|\n|\n|",
        "\t\t\t\n\t\t",
        "PK\x03\x04\x14\x00",
        "%PDF-1.7 stream",
        "<html><body>x</body></html>",
    ],
)
def test_what_is_no_document_gives_no_parts(text):
    assert read_document(text, the_book()).parts == ()
    assert read_csv(text, the_book()).parts == ()


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="aàạ1.|\t\n-)(;:,IVBộ ngày05/1 Số", max_size=400))
def test_no_text_breaks_the_reader(text):
    for part in read_document(HEAD + text, the_book()).parts:
        assert all(task.line >= 1 and task.code for task in part.tasks)


def test_five_hundred_pages_are_read_in_time():
    pages = (HEAD + TABS + DUTIES) + "\n".join(
        f"{n}. Sở Tư pháp chủ trì, phối hợp với Sở Ngoại vụ báo cáo hằng quý." for n in range(1, 100)
    ) * 50

    assert part_of(pages).instrument.number == "88/KH-UBND"


REPORTING = HEAD + "V. CHẾ ĐỘ BÁO CÁO\n\n1. "


def reports_of(sentence):
    """What a sentence asks for: window, parts, operator, month, day, and days after the period."""
    return [
        (o.frequency.window, o.frequency.parts, d.operator, d.month, d.day, d.days_after)
        for o in part_of(REPORTING + sentence).obligations
        for d in [o.deadline]
    ]


@pytest.mark.parametrize(
    ("sentence", "reports"),
    [
        (
            "Các sở báo cáo quý I, quý II, quý III gửi Sở Tư pháp chậm nhất ngày 20 của tháng cuối quý.",
            [("calendar_quarter", ("Q1", "Q2", "Q3"), "no_later_than", None, 20, None)],
        ),
        (
            "Trước ngày 10/6 và 10/12 hằng năm, các đơn vị, địa phương gửi báo cáo về Công an tỉnh.",
            [
                ("calendar_half", ("H1",), "before", 6, 10, None),
                ("calendar_half", ("H2",), "before", 12, 10, None),
            ],
        ),
        (
            "Định kỳ hằng quý (trước ngày 15 tháng cuối quý), 6 tháng (trước ngày 15/6) "
            "và năm (trước ngày 15/12), các sở, ngành báo cáo Sở Tư pháp.",
            [
                ("calendar_quarter", (), "before", None, 15, None),
                ("calendar_half", ("H1",), "before", 6, 15, None),
                ("calendar_year", ("Y",), "before", 12, 15, None),
            ],
        ),
        (
            "Báo cáo gửi về Sở Ngoại vụ trước ngày 15/11 hằng năm (báo cáo năm) "
            "và trước ngày 05 tháng sau (báo cáo tháng).",
            [
                ("calendar_year", ("Y",), "before", 11, 15, None),
                ("calendar_month", (), "before", None, 5, None),
            ],
        ),
        (
            "Báo cáo đột xuất gửi Công an tỉnh trong vòng 02 ngày làm việc kể từ khi xảy ra vụ việc.",
            [("on_event", (), "no_later_than", None, None, 2)],
        ),
        (
            "Sở Tư pháp báo cáo sơ kết trước ngày 31/12/2025.",
            [("one_off", (), "before", 12, 31, None)],
        ),
        (
            "Công an tỉnh gửi báo cáo về Sở Tư pháp vào ngày 15 và ngày 30 hằng tháng.",
            [
                ("calendar_month", (), "on", None, 15, None),
                ("calendar_month", (), "on", None, 30, None),
            ],
        ),
        (
            "Chậm nhất trong vòng 15 ngày sau khi kết thúc năm, các sở báo cáo Sở Tư pháp.",
            [("calendar_year", ("Y",), "no_later_than", None, None, 15)],
        ),
        (
            "Báo cáo sơ kết 6 tháng gửi Sở Tư pháp trước 15 tháng 6, báo cáo tổng kết năm trước 15 tháng 12.",
            [
                ("calendar_half", ("H1",), "before", 6, 15, None),
                ("calendar_year", ("Y",), "before", 12, 15, None),
            ],
        ),
        (
            "Báo cáo hằng năm gửi Sở Tư pháp trước ngày 30 tháng 11, số liệu chốt đến 15/11.",
            [("calendar_year", ("Y",), "before", 11, 30, None)],
        ),
        (
            "Các sở gửi báo cáo về Sở Tư pháp ngày 05 của tháng kế tiếp sau tháng báo cáo.",
            [("calendar_month", (), "on", None, 5, None)],
        ),
        ("Báo cáo định kỳ hằng quý gửi Sở Tư pháp.", [("calendar_quarter", (), "none", None, None, None)]),
        ("Kinh phí được bố trí trong dự toán ngân sách hằng năm.", []),
    ],
)  # fmt: skip
def test_a_sentence_falls_apart_into_the_reports_that_it_asks_for(sentence, reports):
    assert reports_of(sentence) == reports


def test_a_half_without_a_day_of_its_own_is_proposed_without_one():
    reports = reports_of("Sở Tư pháp định kỳ 6 tháng (ngày 18 tháng 6) gửi số liệu về Sở Ngoại vụ.")

    assert reports == [
        ("calendar_half", ("H1",), "on", 6, 18, None),
        ("calendar_half", ("H2",), "none", None, None, None),
    ]


def test_numbers_that_begin_again_in_another_part_keep_their_own_paragraphs():
    text = HEAD + (
        "II. NHIỆM VỤ\n\n1. Sở Tư pháp:\n- Rà soát văn bản.\n\nPHẦN HAI\n\n"
        "II. GIẢI PHÁP\n\n1. Công an tỉnh:\n- Điều tra cơ bản.\n"
    )

    tasks = [t for t in part_of(text).tasks if t.kind == "task"]

    assert [(t.code, [n.read_as for n in t.leads], t.title) for t in tasks] == [
        ("II.1.1", ["HT-STP"], "Rà soát văn bản."),
        ("II.1.1", ["HT-CAT"], "Điều tra cơ bản."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "1. " + "báo cáo, gửi cho Sở Tư pháp, hằng năm, " * 3000,
        "IV. TỔ CHỨC THỰC HIỆN\n1. Sở Tư pháp " + "phối hợp với Sở Ngoại vụ " * 3000,
        "STT\tNội dung\tCơ quan chủ trì\tThời gian\n1\tx\tSở Tư pháp\t" + "định kỳ, " * 3000,
        "a" * 200_000,
    ],
    ids=["commas", "partners", "timeframe", "one word"],
)
def test_a_text_without_any_sense_is_left_behind_quickly(text):
    started = time.process_time()
    read_document(HEAD + text, the_book())

    assert time.process_time() - started < 3
