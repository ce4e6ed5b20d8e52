"""The columns that a file may have, under the names that people give them in Vietnamese and English."""

from collections.abc import Sequence

from kernel.text import fold
from services.registry.importing.tables import ImportKind

NAMES: dict[ImportKind, dict[str, tuple[str, ...]]] = {
    ImportKind.AGENCIES: {
        "id": ("id", "code", "agency", "mã", "mã cơ quan", "mã đơn vị"),
        "name_vi": ("name_vi", "name", "tên", "tên cơ quan", "tên đơn vị", "tên tiếng Việt"),
        "name_en": ("name_en", "English name", "tên tiếng Anh"),
        "kind": ("kind", "type", "loại", "loại cơ quan", "loại hình"),
        "parent": ("parent", "under", "cấp trên", "cơ quan cấp trên", "cơ quan chủ quản", "trực thuộc"),
        "province": ("province", "tỉnh", "tỉnh/thành phố", "tỉnh, thành phố", "địa phương"),
        "time_zone": ("time_zone", "time zone", "múi giờ"),
        "host_country": ("host_country", "host country", "nước sở tại"),
        "city": ("city", "thành phố"),
        "aliases": ("aliases", "other names", "tên khác", "tên viết tắt", "viết tắt"),
        "qcvn102": ("qcvn102", "identifier", "mã định danh", "mã định danh điện tử"),
        "valid_from": ("valid_from", "from", "từ ngày", "hiệu lực từ", "ngày hiệu lực"),
        "valid_to": ("valid_to", "to", "đến ngày", "hiệu lực đến", "ngày kết thúc"),
        "reason": ("reason", "basis", "lý do", "lí do", "căn cứ", "căn cứ pháp lý"),
        "note": ("note", "ghi chú"),
    },
    ImportKind.CONTACTS: {
        "agency": ("agency", "id", "cơ quan", "mã cơ quan", "đơn vị", "mã đơn vị", "tên cơ quan"),
        "name": ("name", "full name", "họ tên", "họ và tên", "tên", "người liên hệ", "đầu mối"),
        "role": ("role", "vai trò", "chức danh", "nhiệm vụ"),
        "language": ("language", "ngôn ngữ"),
        "email": ("email", "e-mail", "mail", "thư điện tử", "hộp thư"),
        "phone": ("phone", "telephone", "điện thoại", "số điện thoại", "di động"),
        "valid_from": ("valid_from", "from", "từ ngày"),
        "valid_to": ("valid_to", "to", "đến ngày"),
    },
}
NEEDED = {ImportKind.AGENCIES: ("id",), ImportKind.CONTACTS: ("agency", "name", "role")}
REASON = {"vi": "Lý do từ chối", "en": "Why rejected"}
PLACE = {"vi": "Dòng", "en": "Row"}
"""What stands beside the rows of the rejected file, which comes back mended."""
NUMBERING = frozenset(
    {"stt", "tt", "no", "no.", "#", *(name.lower() for own in (REASON, PLACE) for name in own.values())}
)
"""A running number that people put first, and our own words; they say nothing."""

_KNOWN = {
    kind: {fold(name): column for column, names in columns.items() for name in names}
    for kind, columns in NAMES.items()
}


def field_of(kind: ImportKind, header: str) -> str | None:
    """Return which column a header names."""
    return _KNOWN[kind].get(fold(header.strip(" *:")))


def count_known(kind: ImportKind, header: Sequence[str]) -> int:
    """Say how many of the cells of a line name columns."""
    return sum(field_of(kind, cell) is not None for cell in header)


def missing_in(kind: ImportKind, header: Sequence[str]) -> list[str]:
    """Return the needed columns that a header line does not name."""
    named = {field_of(kind, cell) for cell in header}
    return [field for field in NEEDED[kind] if field not in named]
