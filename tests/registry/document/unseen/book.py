"""Departments of provinces that the reference files do not have, under invented ids."""

from functools import cache

from services.registry.document.names import KnownName, NameBook
from tests.registry.document.builders import the_book

DEPARTMENTS = {
    "SLDTBXH": ("Sở Lao động - Thương binh và Xã hội", "Sở Lao động, Thương binh và Xã hội"),
    "STTTT": ("Sở Thông tin và Truyền thông",),
    "STP": ("Sở Tư pháp",),
    "SNGV": ("Sở Ngoại vụ",),
    "STC": ("Sở Tài chính",),
    "SYT": ("Sở Y tế",),
    "SNV": ("Sở Nội vụ",),
    "SGDDT": ("Sở Giáo dục và Đào tạo",),
    "SGTVT": ("Sở Giao thông vận tải",),
    "SVHTTDL": ("Sở Văn hóa, Thể thao và Du lịch",),
    "BDT": ("Ban Dân tộc",),
    "CAT": ("Công an",),
    "HLHPN": ("Hội Liên hiệp Phụ nữ",),
    "UBMTTQ": ("Ủy ban Mặt trận Tổ quốc Việt Nam",),
    "BCHBP": ("Bộ Chỉ huy Bộ đội Biên phòng",),
    "BCHQS": ("Bộ Chỉ huy Quân sự",),
}
PLACES = {
    "P40": "tỉnh Nghệ An",
    "P66": "tỉnh Đắk Lắk",
    "P92": "thành phố Cần Thơ",
    "P92-2025": "thành phố Cần Thơ",
}
GROUPS = {
    "P40-G-HUYEN": ("P40", "Ủy ban nhân dân các huyện, thành phố, thị xã"),
    "P40-G-SND": ("P40", "Các sở, ngành, địa phương có liên quan"),
    "P66-G-DVDP": ("P66", "Các đơn vị, địa phương"),
    "P92-G-SBN": ("P92", "Các sở, ban, ngành thành phố"),
    "P91-G-SBN": ("P91", "Các sở, ban, ngành"),
    "P92-2025-G-XA": ("P92-2025", "Ủy ban nhân dân cấp xã"),
}


@cache
def the_wider_book() -> NameBook:
    """The reference names with the departments of four more provinces."""
    departments = (
        KnownName(f"{province}-{code}", tuple(f"{name} {place}" for name in names), province=province)
        for province, place in PLACES.items()
        for code, names in DEPARTMENTS.items()
    )
    youth = KnownName("P40-DOAN", ("Tỉnh đoàn Nghệ An",), province="P40")
    groups = (
        KnownName(code, (name,), is_group=True, province=province) for code, (province, name) in GROUPS.items()
    )
    return NameBook((*the_book().known, *departments, youth, *groups))
