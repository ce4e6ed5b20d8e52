"""Reports as documents, as a steward and a province ask for them."""

import hashlib
import io
import re
from datetime import timedelta
from html import escape, unescape

import docx
import pytest
from pypdf import PdfReader

from tests.registry.statements import counted_statements
from tests.submissions.report.filled import ATTACKS, DECEMBER, NATIONAL, PROVINCIAL, SECTIONS, trafficking

MOST_STATEMENTS = 14
TAGS = re.compile(r"<[^>]*>")


async def words_of(year, kind, by="BNG", **params):
    """Return a report as a reader sees it: texts without markup, one space between."""
    return words_in(await year.read(kind, by, **params))


def words_in(page):
    body = page.decode().split("</style>")[1]
    return " ".join(unescape(TAGS.sub(" ", body)).split())


@pytest.fixture(scope="module")
async def national(year):
    return await words_of(year, "prime-minister")


@pytest.fixture(scope="module")
async def drawn(year):
    """The report in each format. Drawing takes a process, so it is done once."""
    return {name: await year.ask("prime-minister", format=name) for name in ("pdf", "docx")}


def sha256(content):
    return hashlib.sha256(content).hexdigest()


async def test_the_kinds_are_listed_and_each_link_leads_to_a_report(year):
    kinds = (await year.service.http.get("/v1/reports", headers=year.service.caller("BNG"))).json()

    assert [kind["kind"] for kind in kinds] == ["prime-minister", "province", "migration-profile"]
    for kind in kinds:
        assert (await year.ask(kind["link"].rsplit("/", 1)[1], agency="BNG")).status_code in (200, 404)


async def test_it_is_laid_out_as_an_official_document(national):
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "BỘ NGOẠI GIAO",
        "Số: ........./BC-.........",
        "Hà Nội, ngày ..... tháng ..... năm .......",
        "Kế hoạch triển khai Thỏa thuận GCM (402/QĐ-TTg)",
        "Kính gửi: Thủ tướng Chính phủ",
        "Nơi nhận:",
        "QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ",
        "số liệu tính đến ngày 01 tháng 11 năm 2026",
    ):
        assert words in national


async def test_its_completeness_is_that_of_the_ledger(year, national):
    asked = {"plan": NATIONAL, "group_by": "cycle", "limit": 500}
    answer = await year.service.http.get("/v1/compliance", params=asked, headers=year.service.caller("BNG"))
    of_year = [
        one
        for one in answer.json()["items"]
        if one["group"]["period"].startswith(("2026", "2025-01-01/P")) and one["group"]["obligation"] != "O402-03"
    ]
    expected, received, accepted = (
        sum(one[name] for one in of_year) for name in ("expected", "received", "accepted")
    )

    assert (received, accepted) == (8, 7)
    assert f"Đã nhận {received}/{expected} báo cáo phải nộp" in national
    assert f"{accepted} báo cáo đã được chấp nhận trong số {expected} báo cáo phải nộp" in national


async def test_figures_and_the_owners_own_part_are_rolled_up_and_say_when_they_are_not_complete(national):
    assert "Lao động – ra nước ngoài, phát sinh trong kỳ 1.001.406* 1.241 1.000.120 45 2" in national
    assert "Số báo cáo không kể phần số liệu của chính cơ quan lập báo cáo." in national
    assert "* Chưa đầy đủ" in national


async def test_a_sex_that_nobody_reported_is_no_zero(year):
    told = await words_of(year, "prime-minister", secret=True)

    assert "Mua bán người – ra nước ngoài, phát sinh trong kỳ 3* – 3 – 1" in told


async def test_each_task_stands_with_who_said_what(national):
    assert "Nhiệm vụ 3.3.15. Giải pháp phòng, chống mua bán người" in national
    assert re.search(r"Bộ Công an \[\d+] \(chủ trì\) – (Đã hoàn thành|Đúng tiến độ|Có khó khăn)", national)
    assert "Kinh phí: 1.234,5 triệu đồng." in national
    for section in SECTIONS:
        assert f"BCA – {section}." in national


async def test_only_what_was_accepted_speaks_and_who_is_missing_is_named(national):
    assert "BGDDT:" not in national
    assert "14/11/2026; đã nộp, đang xem xét: Bộ Giáo dục và Đào tạo." in national
    missing = national.split("PHỤ LỤC II", 1)[1]
    assert "Bộ Y tế" in missing
    assert "Đại sứ quán Việt Nam tại Nhật Bản" in missing


async def test_every_source_stands_with_its_version_hash_and_time_of_receipt(year):
    told = await words_of(year, "prime-minister", secret=True)
    annex = told.split("PHỤ LỤC I ", 1)[1].split("PHỤ LỤC II", 1)[0]
    for (obligation, _, agency), sent in year.sent.items():
        found = await year.service.http.get(f"/v1/submissions/{sent['id']}", headers=year.service.caller(agency))
        digest = found.json()["content_sha256"]
        is_source = obligation.startswith("O402") and agency != "BGDDT"
        assert (digest in annex.replace(" ", "")) == is_source, (obligation, agency)
    assert "Bộ Công an Số liệu di cư quốc tế 6 tháng, 6 tháng đầu năm 2026 1 03/07/2026 09:00" in annex


async def test_a_hash_is_not_printed_for_those_who_do_not_read_all_of_the_report(year, national):
    with_figures, in_words = (
        year.sent[key]["content_sha256"]
        for key in (("O402-01", "2026-S1", "UBND-P42"), ("O402-02", "2026", "BCA"))
    )

    assert with_figures not in national.replace(" ", "")
    assert in_words in national.replace(" ", "")


async def test_restricted_figures_are_printed_for_those_with_the_scope_and_marked_for_others(year, national):
    secret = await words_of(year, "prime-minister", secret=True)

    assert "Mua bán người Nhóm số liệu hạn chế, không in trong bản này" in national
    assert "Mua bán người – ra nước ngoài, phát sinh trong kỳ 3" in secret
    assert "Mua bán người – ra nước ngoài" not in national


async def test_a_group_is_printed_for_those_with_the_scope_for_it(year, national):
    of_victims, of_adoptions = [
        await words_of(year, "prime-minister", group=group) for group in ("trafficking", "adoption")
    ]

    assert "Mua bán người – ra nước ngoài, phát sinh trong kỳ 3" in of_victims
    assert of_adoptions == national


async def test_a_province_has_its_own_departments_and_tasks(year):
    told = await words_of(year, "province", "UBND-P42", plan=PROVINCIAL)

    assert "ỦY BAN NHÂN DÂN TỈNH HÀ TĨNH" in told
    assert "Kính gửi: Bộ Ngoại giao" in told
    assert "Đã nhận 4/22 báo cáo phải nộp (18,2%)" in told
    assert "Lao động – ra nước ngoài, phát sinh trong kỳ 1.479*" in told
    assert re.search(r"Sở Nội vụ tỉnh Hà Tĩnh \[\d] \(chủ trì\)", told)
    assert "Bộ Công an" not in told


async def test_a_province_calls_nobody_silent_whose_reports_it_does_not_read(year, national):
    """Cao Bằng spoke of the same tasks; Hà Nội cannot know."""
    silent = "Cơ quan chủ trì chưa có báo cáo được chấp nhận nói đến nhiệm vụ này"
    told = await words_of(year, "province", "UBND-P01")

    assert "Ủy ban nhân dân thành phố Hà Nội (chủ trì)" in told
    assert silent not in told
    assert silent in national


async def test_the_focal_point_reads_the_same_as_the_committee(year):
    answers = [await year.ask("province", by, plan=PROVINCIAL) for by in ("UBND-P42", "HT-SNGV")]

    assert answers[0].content == answers[1].content
    assert answers[0].headers["etag"] == answers[1].headers["etag"]


async def test_the_profile_sets_two_years_of_open_figures_side_by_side(year):
    told = await words_of(year, "migration-profile", secret=True)

    assert "Năm 2025 Năm 2026" in told
    assert "Nhật Bản – 1.000.120" in told
    assert "Mua bán người" not in told
    assert "Báo cáo năm thực hiện Kế hoạch" not in told


@pytest.mark.parametrize(
    ("kind", "by", "params"),
    [
        ("prime-minister", "BCA", {}),
        ("prime-minister", "UBND-P42", {}),
        ("prime-minister", "TTG", {}),
        ("province", "HT-STP", {"plan": PROVINCIAL}),
        ("province", "BNG", {"plan": PROVINCIAL}),
        ("province", "BNG", {"agency": "UBND-P42"}),
        ("province", "UBND-P42", {"agency": "UBND-P01"}),
        ("migration-profile", "BCA", {}),
        ("prime-minister", "BNG", {"plan": "NO-PLAN"}),
        ("prime-minister", "BNG", {"year": 2031}),
    ],
)
async def test_what_is_not_yours_is_not_there(year, kind, by, params):
    answer = await year.ask(kind, by, **params)

    assert (answer.status_code, answer.json()["code"]) == (404, "report_not_found")


async def test_those_above_read_a_province_once_it_has_sent_its_report(year):
    asked = await year.ask("province", "BNG", agency="UBND-P01")
    several = await year.ask("province", "BNG")

    assert asked.status_code == 200
    assert (several.status_code, several.json()["code"]) == (422, "report_agency_needed")
    assert several.json()["agencies"] == ["UBND-P01", "UBND-P04"]


async def test_a_province_of_which_nothing_was_accepted_has_a_report_that_says_so(year):
    told = await words_of(year, "province", "UBND-P11")

    assert "Chưa có báo cáo nào của năm 2026 được chấp nhận; số báo cáo phải nộp là 0." in told
    assert "Không có báo cáo nào phải nộp." in told
    assert "Chưa có số liệu nào được chấp nhận." in told
    assert "Không có nguồn nào." in told


@pytest.mark.parametrize(
    ("path", "params", "status", "code"),
    [
        ("nothing", {}, 404, "report_kind_unknown"),
        ("prime-minister", {"format": "xlsx"}, 422, "content_invalid"),
        ("prime-minister", {"year": "hai nghìn"}, 422, "content_invalid"),
        ("prime-minister", {"year": 1999}, 422, "content_invalid"),
        ("prime-minister", {"plan": ""}, 422, "content_invalid"),
        ("prime-minister", {"agency": "\x00"}, 400, "bad_request"),
        ("prime-minister", {"colour": "red"}, 400, "parameter_unknown"),
    ],
)
async def test_what_cannot_be_asked_is_refused(year, path, params, status, code):
    answer = await year.ask(path, **params)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_client_without_the_scope_or_the_plans_reads_nothing(year):
    asked = {"plan": PROVINCIAL, "year": 2026}
    http, caller = year.service.http, year.service.caller
    scopeless = await http.get(
        "/v1/reports/province", params=asked, headers=caller("UBND-P42", scopes=["data:read"])
    )
    half_open = await http.get("/v1/reports/province", params=asked, headers=caller("UBND-P42", plans=[NATIONAL]))

    assert (scopeless.status_code, scopeless.json()["code"]) == (403, "scope_missing")
    assert (half_open.status_code, half_open.json()["code"]) == (403, "report_plan_closed")


async def test_the_same_facts_give_the_same_bytes_on_another_day(year, drawn):
    year.service.at(DECEMBER + timedelta(days=2, hours=3))
    again = {name: await year.ask("prime-minister", format=name) for name in drawn}
    year.service.at(DECEMBER)

    assert {name: sha256(one.content) for name, one in drawn.items()} == {
        name: sha256(one.content) for name, one in again.items()
    }
    assert len({one.headers["etag"] for one in (*drawn.values(), *again.values())}) == len(drawn)


async def test_one_who_has_it_is_told_so(year, drawn):
    for name, one in drawn.items():
        known = {**year.service.caller("BNG"), "If-None-Match": one.headers["etag"]}
        asked = {"plan": NATIONAL, "year": 2026, "format": name}
        answer = await year.service.http.get("/v1/reports/prime-minister", params=asked, headers=known)

        assert (answer.status_code, answer.content) == (304, b"")


async def test_each_language_and_right_has_an_etag_of_its_own(year):
    answers = [await year.ask("prime-minister", **params) for params in ({}, {"language": "en"}, {"secret": True})]

    assert len({answer.headers["etag"] for answer in answers}) == len(answers)
    assert [answer.headers["content-language"] for answer in answers] == ["vi", "en", "vi"]
    assert "Results of 2026 in carrying out the" in answers[1].text
    assert "1,001,406*" in answers[1].text


async def test_a_page_runs_nothing_and_shows_what_was_written(year):
    answer = await year.ask("prime-minister")

    assert "<script" not in answer.text
    assert not re.search(r"<img|onerror=alert\(2\)>", answer.text)
    assert answer.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    for attack in ATTACKS:
        assert escape(" ".join(attack.split())) in answer.text


async def test_the_pdf_holds_what_was_written_letter_by_letter_in_fonts_of_its_own(drawn):
    pdf = PdfReader(io.BytesIO(drawn["pdf"].content))
    text = re.sub(r"\s+", "", "".join(page.extract_text() for page in pdf.pages).replace("\u200b", ""))
    fonts = [font.get_object() for page in pdf.pages for font in page["/Resources"]["/Font"].values()]
    files = [font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts]

    for attack in ATTACKS:
        assert re.sub(r"\s+", "", attack) in text
    assert "root:" not in text
    assert files
    assert all("/FontFile2" in file or "/FontFile3" in file for file in files)
    assert pdf.metadata.title == "Kết quả năm 2026 thực hiện Kế hoạch triển khai Thỏa thuận GCM (402/QĐ-TTg)"


async def test_the_docx_can_be_written_on_and_repeats_the_heads_of_its_tables(drawn):
    document = docx.Document(io.BytesIO(drawn["docx"].content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    grids = [table for table in document.tables if table.style.name == "Table Grid"]

    assert any(style.name == "Heading 1" for style in (one.style for one in document.paragraphs))
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in grids)
    assert "Kính gửi: Thủ tướng Chính phủ" in text
    assert ATTACKS[0] in text
    assert [cell.text for cell in grids[0].rows[0].cells][:3] == ["Báo cáo", "Phải nộp", "Đã nộp"]
    assert document.core_properties.created.date().isoformat() == "2026-11-01"


@pytest.mark.parametrize(
    ("kind", "by", "params"),
    [
        ("prime-minister", "BNG", {}),
        ("province", "UBND-P42", {"plan": PROVINCIAL}),
        ("province", "UBND-P11", {}),
        ("migration-profile", "BNG", {}),
    ],
)
async def test_it_takes_the_same_few_statements_however_much_there_is(year, kind, by, params):
    with counted_statements(year.service.app) as sent:
        await year.read(kind, by, **params)

    assert len(sent) <= MOST_STATEMENTS


@pytest.fixture(scope="module")
async def upward(year):
    """The tasks that the owner leads, the report before it sent its own, and after its second version."""
    before = await words_of(year, "prime-minister")
    told = await year.service.registry.list_tasks(DECEMBER.date())
    led = [task for task in told if task.plan == NATIONAL and "BNG" in task.leads]
    tasks = {f"task:{task.id}": {"status": "on_track", "text": "Đang triển khai."} for task in led}
    for version in ("một", "hai"):
        general = {key: {"text": f"Lời của Bộ về {key}, bản {version}.\nĐoạn sau."} for key in OWN_SECTIONS}
        await year.send("O402-03", "2026", "BNG", narrative={**general, **tasks})
    return led, before, await words_of(year, "prime-minister")


OWN_SECTIONS = ("general", "results", "figures", "difficulties", "next_year")


async def test_the_owner_says_in_its_own_report_how_its_tasks_have_come_along(year, upward):
    led, before, after = upward
    owed = await year.service.occurrence("O402-03", "2026", "BNG")
    at_the_top = await year.ask("prime-minister", "TTG")

    assert owed["form_version"] == 2
    assert len(led) > 15
    assert "Bộ Ngoại giao (chủ trì)" not in before
    assert after.count("Bộ Ngoại giao (chủ trì) – Đúng tiến độ") == len(led)
    assert at_the_top.status_code == 200


async def test_the_owners_own_words_stand_under_the_titles_of_its_form_and_in_its_order(year, upward):
    _, before, after = upward
    in_order = [
        "II. Đánh giá chung Lời của Bộ về general, bản hai. Đoạn sau. Bộ Công an [",
        "III. Kết quả thực hiện các nhiệm vụ Lời của Bộ về results, bản hai. Đoạn sau.",
        "IV. Kết quả thực hiện nhiệm vụ Kế hoạch có",
        "V. Nhận xét về số liệu di cư Lời của Bộ về figures, bản hai. Đoạn sau.",
        "VI. Số liệu di cư ",
        "VII. Khó khăn, vướng mắc Lời của Bộ về difficulties, bản hai. Đoạn sau. Bộ Công an [",
        "VIII. Đề xuất, kiến nghị Bộ Công an [",
        "IX. Phương hướng năm sau Lời của Bộ về next_year, bản hai. Đoạn sau.",
        "X. Cơ quan chưa có báo cáo được chấp nhận",
    ]
    places = [after.find(words) for words in in_order]

    assert -1 not in places, dict(zip(in_order, places, strict=True))
    assert places == sorted(places)
    assert "bản một" not in after
    assert "với Thủ tướng Chính phủ" not in after
    assert "Lời của Bộ" not in before
    assert "IX. Plans for the next year Lời của Bộ" in await words_of(year, "prime-minister", language="en")


@pytest.mark.usefixtures("upward")
async def test_its_day_is_that_of_its_own_words_and_its_figures_keep_theirs(year):
    answer = await year.ask("prime-minister", format="docx")
    document = docx.Document(io.BytesIO(answer.content))

    assert document.core_properties.created.date() == DECEMBER.date()
    assert any("số liệu tính đến ngày 01 tháng 11 năm 2026" in one.text for one in document.paragraphs)


async def test_a_committees_own_words_stand_in_the_report_of_its_province(year):
    told = await words_of(year, "province", "UBND-P01")

    for section in SECTIONS:
        assert told.count(f"UBND-P01 – {section}.") == 1
    assert "UBND-P04 –" not in told


async def test_headings_that_a_derived_plan_carries_out_are_told_and_not_counted_as_tasks(year, national):
    tasks = [task for task in await year.service.registry.list_tasks(DECEMBER.date()) if task.plan == NATIONAL]
    asked = {"plan": NATIONAL, "year": 2026, "accepted": True, "limit": 500}
    headers = year.service.caller("BNG")
    lines = (await year.service.http.get("/v1/task-progress", params=asked, headers=headers)).json()["items"]
    headings = [line for line in lines if line["is_heading"]]

    assert headings
    assert all(line["carried_out_by"] and not line["leads"] for line in headings)
    assert len(lines) - len(headings) == len(tasks)
    assert f"Kế hoạch có {len(tasks)} nhiệm vụ thuộc phạm vi báo cáo" in national
    assert f"Bảng còn nêu {len(headings)} đề mục" in national
    told = re.search(r"Số nhiệm vụ theo tình trạng(.*?)Tình trạng từng nhiệm vụ", national)[1]
    assert sum(map(int, re.findall(r" (\d+) \(", told))) == len(tasks)


async def test_every_kind_ends_with_a_sentence_before_its_signature(year):
    for kind, by, last in (
        ("prime-minister", "BNG", "kính báo cáo Thủ tướng Chính phủ./."),
        ("migration-profile", "BNG", "Trên đây là các bảng số liệu năm 2026./."),
    ):
        assert f"{last} Nơi nhận:" in await words_of(year, kind, by)


async def test_codes_have_their_names_where_only_the_owners_part_is_known(year):
    """The plan against trafficking: nobody below has reported."""
    for obligation, reporters in (("O1957-05", None), ("O1957-02", ["BCA"])):
        opened = {"obligation": obligation, "period": "2025", "reporters": reporters, "reason": "Tổng kết"}
        answer = await year.service.http.post("/v1/cycles", json=opened, headers=year.service.caller("BCA"))
        assert answer.status_code == 201, answer.text
    own = {"observations": [trafficking(7)]}
    await year.build("O1957-02", "2025", "BCA", own_part=own, missing="go_on", reason="Phải trình.")
    told = words_in(await year.read("prime-minister", "BCA", plan="QD-1957-2020", year=2025, secret=True))

    assert "Chỉ tiêu Tổng số Nam Nữ Không rõ Số báo cáo" in told
    assert "Trung Quốc 7" in told
