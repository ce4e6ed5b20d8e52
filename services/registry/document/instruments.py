"""The facts of an instrument from its head: number, kind, issuer, day, title, and what it rests on."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from services.registry.document.dates import a_date
from services.registry.document.lists import read_leading
from services.registry.document.names import KnownName, NameBook
from services.registry.document.outline import Item
from services.registry.document.proposal import (
    DOUBTFUL,
    GUESSED,
    LIKELY,
    SURE,
    CitationRead,
    InstrumentRead,
    NameRead,
)
from services.registry.document.text import Line, flat
from services.registry.document.tokens import tokenise

_MOTTO = re.compile(r"doc lap ?- ?tu do ?- ?hanh phuc")
_REPUBLIC = re.compile(r"cong hoa xa hoi")
_STATE = re.compile(r"\s*cong hoa xa hoi chu nghia viet nam\s*|\s*doc lap ?- ?tu do ?- ?hanh phuc\s*")
_PLACE_AND_DAY = re.compile(r"\s[^\W\d_][^\d,:;/]{1,40}, ?ngay\s*[\doil]{1,2}\s*thang")
_NUMBER = re.compile(r"^\W*s[oố]́?\s*[:.]\s*(?P<number>[0-9OlI]*[^\n]{0,12}?/ ?[^\s,;]{2,40})", re.IGNORECASE)
_CITED = re.compile(
    r"(?P<number>\d{1,5}(?:/\d{4})?/[A-ZĐa-zđ][\w-]*(?:-[A-ZĐ]\w*)*)(?P<rest>[^;.,]{0,40}?ngày[^;.,]{4,34}\d{4})?"
)
_LAW = re.compile(
    r"(?P<name>(?:Bộ luật|Luật|Pháp lệnh|Hiến pháp)\s[^;,]{3,140}?)\s+(?P<rest>ngày[^;,]{6,34}\d{4})"
)
_BASIS = re.compile(r"^\W*(?:căn cứ|xét đề nghị|theo đề nghị|thực hiện|xét tờ trình|trên cơ sở)\b", re.IGNORECASE)
_KINDS = (
    ("quyet_dinh", "quyet dinh", r"/QĐ-"), ("ke_hoach", "ke hoach", r"/KH-"),
    ("nghi_quyet", "nghi quyet", r"/NQ-"),
    ("chi_thi", "chi thi", r"/CT-"), ("nghi_dinh", "nghi dinh", r"/NĐ-"), ("thong_tu", "thong tu", r"/TT-"),
    ("to_trinh", "to trinh", r"/TTr-"), ("chuong_trinh", "chuong trinh", r"/CTr-"), ("de_an", "de an", r"/ĐA-"),
    ("huong_dan", "huong dan", r"/HD-"), ("thong_bao", "thong bao", r"/TB-"), ("luat", "luat", r"/QH\d"),
    ("bao_cao", "bao cao", r"/BC-"),
)  # fmt: skip
_HEAD = 60


def split_instruments(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Cut a file where a new head with a number of its own begins: a letter, then the decision it passes on."""
    starts = [0]
    for i, line in enumerate(lines):
        if _MOTTO.search(flat(line.text)) and _own_number(lines[i : i + 8]) and _had_number(lines[starts[-1] : i]):
            starts.append(_head_begins(lines, i, starts[-1]))
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start:end]


def _own_number(lines: Sequence[Line]) -> bool:
    return any(_NUMBER.match(line.text) for line in lines)


_had_number = _own_number


def _head_begins(lines: Sequence[Line], motto: int, after: int) -> int:
    start = motto
    while start - 1 > after and (
        not lines[start - 1].text.strip() or (lines[start - 1].text.isupper() and motto - start < 8)
    ):
        start -= 1
    return start


def is_official(lines: Sequence[Line], items: Sequence[Item]) -> bool:
    """Say whether a text is an instrument: it has a head or a number, or names its kind in capitals."""
    head = [line.text for line in lines[:_HEAD]]
    if any(_MOTTO.search(flat(text)) for text in head) or any(_NUMBER.match(text) for text in head):
        return True
    kinds = {flat(text).strip() for text in head if text.isupper()}
    return any(words in kinds for _, words, _ in _KINDS) or any(item.level == 0 for item in items)


def read_instrument(lines: Sequence[Line], items: Sequence[Item], book: NameBook) -> InstrumentRead:
    """Read the facts of an instrument from its head."""
    number, line = _read_number(lines)
    kind = _kind_of_number(number) or _kind_in_head(lines)
    issued_on = _issued_on(lines)
    based_on = tuple(_citations(items))
    day = issued_on or max((c.issued_on for c in based_on if c.issued_on), default=None)
    province = _province_of(lines, items, book, day)
    issuer = _issuer(lines, items, book, day, province, number)
    known = (number is not None) + (issued_on is not None) + (issuer is not None and issuer.read_as is not None)
    confidence = (GUESSED, DOUBTFUL, LIKELY, SURE)[known]
    title = _title(lines)
    return InstrumentRead(line, number, kind, issuer, issued_on, title, province, based_on, confidence)


def valid_on(instrument: InstrumentRead) -> date | None:
    """Return the day on which names must hold: of issue, else the latest that the document cites."""
    cited = (c.issued_on for c in instrument.based_on if c.issued_on)
    return instrument.issued_on or max(cited, default=None)


def _read_number(lines: Sequence[Line]) -> tuple[str | None, int]:
    for line in lines[:_HEAD]:
        if match := _NUMBER.match(line.text):
            return re.sub(r"\s+", "", match["number"]), line.number
    return None, lines[0].number if lines else 1


def _kind_of_number(number: str | None) -> str | None:
    if number is None:
        return None
    found = next((kind for kind, _, mark in _KINDS if re.search(mark, number)), None)
    return found or "cong_van"


def _kind_in_head(lines: Sequence[Line]) -> str | None:
    for line in lines[:_HEAD]:
        said = flat(line.text).strip(" :.")
        for kind, words, _ in _KINDS:
            if said == words and line.text.isupper():
                return kind
    return None


def _issued_on(lines: Sequence[Line]) -> date | None:
    """Find "Hà Nội, ngày 20 tháng 3 năm 2020", on one line or cut over two, in the head."""
    for i, line in enumerate(lines[:_HEAD]):
        if _BASIS.match(line.text):
            return None
        said = flat(line.text.strip())
        is_beside = _NUMBER.match(line.text) is not None and _PLACE_AND_DAY.search(said) is not None
        if is_beside or re.match(r"^[^\d,:;]{2,40}, ?ngay", said):
            following = lines[i + 1].text if i + 1 < len(lines) else ""
            return a_date(line.text) or a_date(f"{line.text} {following}")
    return None


def _title(lines: Sequence[Line]) -> str | None:
    """Take what stands under the kind in capitals, or after "V/v"."""
    for i, line in enumerate(lines[:_HEAD]):
        if re.match(r"^\W*v/v\b", line.text, re.IGNORECASE):
            return line.text.strip(" .")
        said = flat(line.text).strip(" :.")
        if line.text.isupper() and any(said == words for _, words, _ in _KINDS):
            pieces: list[str] = []
            for after in lines[i + 1 :]:
                text = after.text.strip()
                if (not text and pieces) or _BASIS.match(text) or len(pieces) > 4:
                    break
                pieces += [text] if text else []
            return " ".join(pieces).strip(" .") or None
    return None


def _citations(items: Sequence[Item]) -> Iterator[CitationRead]:
    for item in items[:40]:
        if item.level < 3 and item.path:
            return
        if not _BASIS.match(item.text):
            continue
        for match in _CITED.finditer(item.text):
            number = match["number"]
            yield CitationRead(
                item.line, match[0].strip(), number, _kind_of_number(number), a_date(match["rest"] or "")
            )
        for match in _LAW.finditer(item.text):
            yield CitationRead(item.line, match[0].strip(), None, "luat", a_date(match["rest"]))


def _province_of(lines: Sequence[Line], items: Sequence[Item], book: NameBook, day: date | None) -> str | None:
    """Find the province whose body speaks: in the head, else where the title says "trên địa bàn tỉnh …"."""
    head = flat(" ".join(line.text for line in lines[:25]))
    if re.search(r"\bthu tuong chinh phu\b.{0,40}cong hoa|\bbo truong bo\b", head[:400]):
        return None
    for place, committees in book.places():
        if re.search(rf"\b(?:tinh|thanh pho|tp) {re.escape(flat(place))}\b", head):
            known = _holding(committees, day)
            if known is not None:
                return known.province
    return None


def _holding(committees: Sequence[KnownName], day: date | None) -> KnownName | None:
    held = [c for c in committees if day is None or ((c.valid_from or day) <= day <= (c.valid_to or day))]
    return held[0] if held else None


def _issuer(
    lines: Sequence[Line], items: Sequence[Item], book: NameBook, day: date | None, province: str | None,
    number: str | None,
) -> NameRead | None:  # fmt: skip
    names = book.on(day, province)
    head = (_without_state(line.text) for line in lines[:_HEAD])
    upper = [text for text in head if text.isupper()]
    for text in (" ".join(upper[:2]), *upper[:6]):
        office = _office_of(text, names_province=province, book=book, day=day)
        if office is not None:
            return office
        found = read_leading(text, names)
        known = [name for name in found.names if name.read_as]
        if known:
            return known[-1]
    return _issuing_body(items, book, day, province)


def _without_state(text: str) -> str:
    """Take the name of the state and its motto away, beside which the issuer may stand on one line."""
    found = _STATE.search(flat(text))
    return (f"{text[: found.start()]} {text[found.end() :]}" if found else text).strip()


def _office_of(text: str, *, names_province: str | None, book: NameBook, day: date | None) -> NameRead | None:
    """Read "UBND TỈNH X / VĂN PHÒNG": the second line is the office of the first."""
    match = re.search(r"^(?P<body>.+) VĂN PHÒNG$", text)
    if match is None:
        return None
    names = book.on(day, names_province)
    printed = f"Văn phòng {match['body']}"
    found = names.find(tokenise(printed), 0)
    return NameRead(text, found.known.id, LIKELY) if found else None


def _issuing_body(
    items: Sequence[Item], book: NameBook, day: date | None, province: str | None
) -> NameRead | None:
    """Find who says "… ban hành Kế hoạch" where the head is lost."""
    names = book.on(day, province)
    for item in items[:12]:
        for match in re.finditer(r"Ủy ban nhân dân|UBND|Bộ |Thủ tướng", item.text):
            found = read_leading(item.text, names, match.start())
            if found.names and re.match(r"\s*(?:ban hành|phê duyệt|quyết định)", item.text[found.end :]):
                name = found.names[-1]
                return NameRead(name.printed, name.read_as, min(name.confidence, DOUBTFUL), name.nearest)
    return None
