"""Cursors: what we wrote is read again, and everything else is one and the same refusal."""

import base64
import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from kernel.ids import new_id
from kernel.paging import BadCursor, read_cursor, write_cursor

KINDS = {"number": int, "text": str, "id": UUID, "day": date.fromisoformat, "instant": datetime.fromisoformat}


def cursor_of(*key: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).rstrip(b"=").decode()


def test_a_cursor_we_wrote_is_read_again():
    key = (date(2026, 7, 4), new_id(), "Hà Tĩnh", 7)

    assert read_cursor(write_cursor(*key), date.fromisoformat, UUID, str, int) == key


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [None, True, 1.5, [1], {}, 2**63, -(10**30), "\0", "x\0y"])
def test_a_part_that_we_never_write_is_refused(kind: str, part: Any):
    with pytest.raises(BadCursor):
        read_cursor(cursor_of(part), KINDS[kind])


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"number"}))
def test_a_number_where_text_stands_is_refused(kind: str):
    with pytest.raises(BadCursor):
        read_cursor(cursor_of(5), KINDS[kind])


@pytest.mark.parametrize("cursor", ["", "!", "é", "W" * 1000, cursor_of(), cursor_of(1, 2)])
def test_what_is_no_cursor_is_refused(cursor: str):
    with pytest.raises(BadCursor):
        read_cursor(cursor, int)
