"""From bytes to text: UTF-8, UTF-16, Windows-1258; text typed in the fonts of before Unicode is recognised."""

import re

from kernel.text import nfc
from services.registry.document.errors import FileNotText, LegacyFont

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_OURS = re.compile("[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
_TCVN3 = re.compile(r"(?<=[A-Za-z])[®©ª«¬­¨µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßñ]|®(?=[a-zµ¸©«¬])")
_VNI = re.compile(r"[aeouyAEOUY](?:[øùûõïâêáàåãäéèúüëÂÊÁÀÅÃÄÉÈÚÜËØÙÛÕÏ])|ñ(?=[aeiouyöô])|[öô][øùûõï]")
_LETTERS = re.compile(r"[^\W\d_]")
_LOOKED_AT = 200_000


def decode(content: bytes) -> str:
    """Return the text of a file, or refuse bytes that are none."""
    text = _decoded(content)
    if _CONTROLS.search(text[:_LOOKED_AT]):
        raise FileNotText("it holds control characters")
    require_unicode(text)
    return text


def require_unicode(text: str) -> None:
    """Refuse a text in which the letters of an old font stand for others."""
    sample = nfc(text[:_LOOKED_AT])
    letters = len(_LETTERS.findall(sample))
    if letters < 40 or 20 * len(_OURS.findall(sample)) > letters:
        return
    for name, pattern in (("TCVN3 (ABC)", _TCVN3), ("VNI", _VNI)):
        if 12 * len(pattern.findall(sample)) > letters:
            raise LegacyFont(name)


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding)
    sample = content[:4096]
    if sample and sample[1::2].count(0) > len(sample) // 4:
        return _strictly(content, "utf-16-le")
    if sample and sample[0::2].count(0) > len(sample) // 4:
        return _strictly(content, "utf-16-be")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(content, "cp1258")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "cp1258":
            require_unicode(content.decode("latin-1"))
        raise FileNotText(f"it is neither UTF-8 nor {encoding}") from error
