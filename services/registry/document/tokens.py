"""Words and marks of a text, with the abbreviations that offices use for names read as words."""

import re
from dataclasses import dataclass
from functools import lru_cache

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


@dataclass(frozen=True, slots=True)
class Token:
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
    return [token for match in _TOKEN.finditer(text) for token in _read(match[0], match.start())]


def _read(text: str, start: int) -> list[Token]:
    if not text[0].isalnum():
        return [_token(text, start, ("và",) if text == "&" else ())]
    meaning = ABBREVIATIONS.get(re.sub("[&-]", "", text.lower())) if text.isupper() else None
    if meaning is None and not text.isalnum():
        return [t for p in re.finditer("[^&-]+|[&-]", text) for t in _read(p[0], start + p.start())]
    return [_token(text, start, tuple((meaning or text).split()))]


def _token(text: str, start: int, words: tuple[str, ...]) -> Token:
    return Token(text, start, start + len(text), *_compared(words))


@lru_cache(maxsize=20_000)
def _compared(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(map(flat, words)), tuple(map(spelling, words))
