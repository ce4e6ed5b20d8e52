"""How the sheets of our own template are called and marked. Written by form, read by checking."""

import hashlib

import orjson

MACHINE, LISTS, GUIDE, NARRATIVE = "_gcm", "_lists", "Hướng dẫn - Read me", "Nội dung - Narrative"
OURS = {MACHINE, LISTS}
"""Sheets in which nobody reports anything."""
MADE_BY = "gcm-hub-template-1"
TITLED = " – "
"""Between a code and its title in a list to choose from."""
NIL_TABLE = "Không phát sinh trong bảng này (ghi x) / Nothing to report in this table (write x)"
NIL_ALL = "Toàn bộ báo cáo không phát sinh (ghi x) / Nothing to report at all (write x)"
NIL_MARKS = {"x", "co", "yes", "1", "true", "nil"}
"""What counts as a declaration, without case and accents."""


def layout_of(sheets: dict[str, list[str]]) -> str:
    """Return the hash of what the sheets of a template are: their names, and their columns in order."""
    return hashlib.sha256(orjson.dumps(sheets, option=orjson.OPT_SORT_KEYS)).hexdigest()
