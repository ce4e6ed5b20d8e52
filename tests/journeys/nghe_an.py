"""A province of which the registry has nothing, in words of our own: its departments, its plan, its contacts."""

import io
from unicodedata import normalize

import docx

PLAN = "KH-128-2026-P40"
YEARLY, QUARTERLY, MONTHLY = (f"O-{PLAN}-{number}" for number in ("01", "02", "03"))

HEADER = "Mã cơ quan;Tên cơ quan;Tên tiếng Anh;Loại;Cấp trên;Tỉnh;Tên khác;Từ ngày"
DEPARTMENTS = f"""{HEADER}
NA-SNGV;Sở Ngoại vụ tỉnh Nghệ An;Foreign Affairs of Nghe An;Sở;UBND-P40;Nghệ An;Sở Ngoại vụ;01/03/2025
NA-SNV;Sở Nội vụ tỉnh Nghệ An;Home Affairs of Nghe An;Sở;UBND-P40;Nghệ An;Sở Nội vụ;01/03/2025
NA-STP;Sở Tư pháp tỉnh Nghệ An;Justice of Nghe An;Sở;UBND-P4O;Nghệ An;Sở Tư pháp;01/03/2025
NA-STC;Sở Tài chính tỉnh Nghệ An;Finance of Nghe An;Sở;UBND-P40;Nghệ An;Sở Tài chính;30/02/2025
"""
"""A letter O in a code, and a day that no year has."""
MISTAKES = {"UBND-P4O": "UBND-P40", "30/02/2025": "01/03/2025"}

CONTACTS = """agency,role,name,email,phone
NA-SNV,clerk,Văn thư Sở Nội vụ,vanthu.snv@nghean.example.vn,0912345678
NA-STP,clerk,Văn thư Sở Tư pháp,khong-phai-dia-chi,
"""

MERGED = {
    "id": "NA-SNVTP",
    "name_vi": "Sở Nội vụ và Tư pháp tỉnh Nghệ An",
    "name_en": "Department of Home Affairs and Justice of Nghe An",
    "kind": "provincial_department",
    "parent": "UBND-P40",
    "province": "P40",
    "aliases": ["Sở Nội vụ và Tư pháp"],
    "valid_from": "2026-10-01",
    "reason": "Nghị quyết của Hội đồng nhân dân tỉnh (ví dụ)",
}

_BODY = """ỦY BAN NHÂN DÂN
TỈNH NGHỆ AN
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 128/KH-UBND
Nghệ An, ngày 20 tháng 5 năm 2026
KẾ HOẠCH
Hỗ trợ người lao động di cư hồi hương trên địa bàn tỉnh Nghệ An giai đoạn 2026 - 2030
Căn cứ Quyết định số 402/QĐ-TTg ngày 20 tháng 3 năm 2020 của Thủ tướng Chính phủ; theo đề nghị của Giám đốc Sở \
Ngoại vụ, Ủy ban nhân dân tỉnh ban hành Kế hoạch như sau:
I. MỤC TIÊU
Người lao động hồi hương được tư vấn và giới thiệu việc làm.
II. TỔ CHỨC THỰC HIỆN
1. Sở Ngoại vụ
Theo dõi, đôn đốc việc thực hiện; tổng hợp, báo cáo Ủy ban nhân dân tỉnh trước ngày 10 tháng 12 hằng năm.
2. Sở Nội vụ
Báo cáo số liệu lao động hồi hương về Sở Ngoại vụ chậm nhất ngày 15 của tháng đầu quý sau.
3. Sở Tư pháp
Báo cáo tình hình tư vấn pháp luật về Sở Ngoại vụ trước ngày 05 tháng sau, định kỳ hằng tháng.
PHỤ LỤC
DANH MỤC NHIỆM VỤ"""
_ROWS = (
    ("STT", "Nội dung công việc", "Cơ quan chủ trì", "Cơ quan phối hợp", "Kết quả", "Thời gian thực hiện"),
    ("1", "Tư vấn", "", "", "", ""),
    ("1.1", "Tập huấn cán bộ tư vấn tại cơ sở", "Sở Nội vụ", "Sở Tư pháp", "Lớp tập huấn", "2026-2028"),
    (
        "1.2",
        "Tư vấn pháp luật cho người hồi hương",
        "Sở Tư pháp",
        "Sở Nội vụ, Trung tâm Trợ giúp người hồi hương",
        "Báo cáo UBND tỉnh",
        "Hằng năm",
    ),
    ("2", "Dữ liệu", "", "", "", ""),
    ("2.1", "Lập danh sách người hồi hương", "Sở Nội vụ", "Sở Tài chính", "Cơ sở dữ liệu", "2026-2030"),
)
UNKNOWN = "Trung tâm Trợ giúp người hồi hương"
"""The one name that nobody knows."""


def plan_docx() -> bytes:
    """Write the plan as a department's typist would."""
    document, file = docx.Document(), io.BytesIO()
    for line in _BODY.splitlines():
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=len(_ROWS[0]))
    for row in _ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(file)
    return file.getvalue()


def plan_text() -> bytes:
    """Write the same plan as plain text, decomposed as some programs save it."""
    rows = ("\t".join(row) for row in _ROWS)
    return normalize("NFD", "\n".join([_BODY, *rows])).encode()
