"""Words and marks of a text, with the abbreviations that offices use for names read as words."""

import re
from functools import lru_cache
from typing import NamedTuple

from services.registry.document.text import flat, spelling

_TOKEN = re.compile(r"[A-ZĐ]{2,}(?:[&-][A-ZĐ]{2,})+|[^\W_]+|[^\w\s]")

ABBREVIATIONS = {
    "ubnd": "ủy ban nhân dân", "hđnd": "hội đồng nhân dân", "mttq": "mặt trận tổ quốc", "tw": "trung ương",
    "tp": "thành phố", "tx": "thị xã", "bch": "bộ chỉ huy", "bchqs": "bộ chỉ huy quân sự",
    "bđbp": "bộ đội biên phòng", "bhxh": "bảo hiểm xã hội", "vn": "việt nam", "cp": "chính phủ",
    "lđtbxh": "lao động thương binh và xã hội", "gdđt": "giáo dục và đào tạo", "khđt": "kế hoạch và đầu tư",
    "tttt": "thông tin và truyền thông", "nnptnt": "nông nghiệp và phát triển nông thôn",
    "tnmt": "tài nguyên và môi trường", "khcn": "khoa học và công nghệ", "nnmt": "nông nghiệp và môi trường",
    "vhttdl": "văn hóa thể thao và du lịch", "dttg": "dân tộc và tôn giáo", "lhpn": "liên hiệp phụ nữ",
    "gtvt": "giao thông vận tải", "nv": "nội vụ",
}  # fmt: skip


class Token(NamedTuple):
    """A word or a mark: where it stands, its words without accents, and their spelling."""

    text: str
    start: int
    end: int
    words: tuple[str, ...]
    spellings: tuple[str, ...]

    @property
    def is_mark(self) -> bool:
        return not self.words

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()


def tokenise(text: str) -> list[Token]:
    """Give the words and marks of a text in order."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        start = match.start()
        for offset, piece, words, spellings in _read(match[0]):
            found.append(Token(piece, start + offset, start + offset + len(piece), words, spellings))
    return found


Piece = tuple[int, str, tuple[str, ...], tuple[str, ...]]


@lru_cache(maxsize=20_000)
def _read(text: str) -> tuple[Piece, ...]:
    """Return the pieces of one run of letters: a word, a mark, an abbreviation as the words that it stands for."""
    if not text[0].isalnum():
        return (_piece(text, ("và",) if text == "&" else ()),)
    meaning = ABBREVIATIONS.get(re.sub("[&-]", "", text.lower())) if text.isupper() else None
    if meaning is None and not text.isalnum():
        parts = re.finditer("[&-]|[^&-]+", text)
        return tuple((p.start() + at, piece, w, s) for p in parts for at, piece, w, s in _read(p[0]))
    return (_piece(text, tuple((meaning or text).split())),)


def _piece(text: str, words: tuple[str, ...]) -> Piece:
    return 0, text, tuple(map(flat, words)), tuple(map(spelling, words))
