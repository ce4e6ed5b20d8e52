"""Files as agencies make them: the same small annex as a document, a workbook and a CSV, and a short letter."""

import csv
import io

import docx
import openpyxl

HEADINGS = ("STT", "Nội dung công việc", "Cơ quan chủ trì", "Cơ quan phối hợp", "Kết quả", "Thời gian thực hiện")
ROWS = (
    ("1.1", "Tổ chức phổ biến Thỏa thuận GCM", "Sở Ngoại vụ", "Công an tỉnh", "Hội nghị, tập huấn", "2026-2030"),
    ("1.2", "Thu thập dữ liệu về người di cư", "Sở Ngoại vụ", "Sở Tư pháp", "Báo cáo", "Hằng năm"),
)
A_LETTER = """ỦY BAN NHÂN DÂN TỈNH HÀ TĨNH
Số: 99/UBND-NV
Hà Tĩnh, ngày 05 tháng 6 năm 2024
Kính gửi: Sở Ngoại vụ
Căn cứ Quyết định số 402/QĐ-TTg ngày 20/3/2020 của Thủ tướng Chính phủ.
1. Giao Sở Ngoại vụ chủ trì theo dõi việc thực hiện.
"""


def annex_csv() -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *ROWS])
    return text.getvalue().encode()


def annex_xlsx() -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (HEADINGS, *ROWS):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def annex_docx() -> bytes:
    document, file = docx.Document(), io.BytesIO()
    document.add_paragraph("PHỤ LỤC")
    table = document.add_table(rows=0, cols=len(HEADINGS))
    for row in (HEADINGS, *ROWS):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(file)
    return file.getvalue()
