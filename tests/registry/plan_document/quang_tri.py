"""A plan of a province that has none in the registry yet, and the departments that its steward registers first."""

PLAN = """ỦY BAN NHÂN DÂN
TỈNH QUẢNG TRỊ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 35/KH-UBND
Quảng Trị, ngày 16 tháng 3 năm 2026

KẾ HOẠCH
Triển khai Thỏa thuận GCM trên địa bàn tỉnh Quảng Trị

Căn cứ Quyết định số 402/QĐ-TTg ngày 20/3/2020 của Thủ tướng Chính phủ phê duyệt Kế hoạch GCM; \
Căn cứ Công văn số 77/BNG-LS ngày 02/02/2026 của Bộ Ngoại giao; Ủy ban nhân dân tỉnh Quảng Trị ban hành Kế hoạch:

I. MỤC ĐÍCH
1. Triển khai hiệu quả Thỏa thuận GCM trên địa bàn tỉnh.

IV. TỔ CHỨC THỰC HIỆN
1. Sở Ngoại vụ
Hướng dẫn, giám sát, tổng hợp tình hình thực hiện Kế hoạch, báo cáo UBND tỉnh trước ngày 20 tháng 11 hằng năm.
2. Sở Nội vụ
Báo cáo số liệu lao động đi làm việc ở nước ngoài về Sở Ngoại vụ chậm nhất ngày 10 của tháng đầu quý sau.
3. Công an tỉnh
Định kỳ hằng tháng gửi số liệu xuất nhập cảnh về Sở Ngoại vụ trước ngày 05 tháng sau.

PHỤ LỤC
DANH MỤC NHIỆM VỤ
(Kèm theo Kế hoạch số 35/KH-UBND ngày 16/3/2026 của UBND tỉnh Quảng Trị)
STT\tNội dung công việc\tCơ quan chủ trì\tCơ quan phối hợp\tKết quả\tThời gian thực hiện
1\tTruyền thông\t\t\t\t
1.1\tTổ chức tập huấn về Thỏa thuận GCM\tSở Ngoại vụ\tSở Nội vụ\tHội nghị, tập huấn\t2026-2030
1.2\tTuyên truyền trên cổng thông tin\tSở Ngoại vụ\tCông an tỉnh, Ban Khu kinh tế Lao Bảo\tTin bài\t2026-2030
2\tThu thập dữ liệu\t\t\t\t
2.1\tThu thập dữ liệu về người di cư\tSở Nội vụ\tCông an tỉnh\tBáo cáo UBND tỉnh\tHằng năm
"""

PROVINCE = "P44-2025"
COMMITTEE = "UBND-P44-2025"
DEPARTMENTS = {
    "QT-SNGV": ("Sở Ngoại vụ tỉnh Quảng Trị", "Sở Ngoại vụ"),
    "QT-SNV": ("Sở Nội vụ tỉnh Quảng Trị", "Sở Nội vụ"),
    "QT-CAT": ("Công an tỉnh Quảng Trị", "Công an tỉnh"),
    "QT-KKT": ("Ban Quản lý Khu kinh tế tỉnh Quảng Trị", "Ban Quản lý Khu kinh tế tỉnh"),
}


async def register_departments(client, headers) -> None:
    """Make the departments of the province, as a steward does before the first plan."""
    for code, (name, alias) in DEPARTMENTS.items():
        body = {
            "id": code,
            "name_vi": name,
            "name_en": f"{code} of Quang Tri",
            "kind": "provincial_security" if code == "QT-CAT" else "provincial_department",
            "parent": COMMITTEE,
            "province": PROVINCE,
            "aliases": [alias],
            "valid_from": "2025-07-01",
            "reason": "Sắp xếp đơn vị hành chính cấp tỉnh năm 2025",
        }
        answer = await client.post("/v1/agencies", json=body, headers=headers)
        assert answer.status_code in (201, 409), answer.text
