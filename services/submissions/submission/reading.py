"""From the bytes of a request to content that can be checked, by content type."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from kernel.text import nfc
from services.submissions.checking.content import ParsedContent
from services.submissions.checking.read_csv import read_csv
from services.submissions.checking.read_json import Envelope, read_json
from services.submissions.checking.read_sdmx_csv import read_sdmx_csv
from services.submissions.checking.read_xlsx import read_xlsx
from services.submissions.form.definition import FormDefinition
from services.submissions.submission.errors import MediaUnread
from services.submissions.submission.rules import join_envelopes

VERSION = re.compile(r";\s*version\s*=\s*\"?(\d+)", re.IGNORECASE | re.ASCII)
JSON, CSV = "application/json", "text/csv"
SDMX_CSV = "application/vnd.sdmx.data+csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A report before it is known which form it answers."""

    media_type: str
    size: int
    envelope: Envelope
    columns: Callable[[FormDefinition], ParsedContent]
    is_change: bool = False
    """Whether it changes the version before, and is no whole report."""
    explanations: tuple[tuple[str, str], ...] = ()
    """Warnings that are explained right away: the finding's id, and the words."""


def require_read(content_type: str) -> str:
    """Return the media type of a report, or refuse one that is not read."""
    media_type = _media_type(content_type)
    if media_type in (JSON, CSV, XLSX) or (media_type == SDMX_CSV and _is_version_2(content_type)):
        return media_type
    raise MediaUnread(content_type, [JSON, CSV, XLSX, f"{SDMX_CSV};version=2.0.0"])


def read_body(raw: bytes, content_type: str, query: Envelope, nil: list[str]) -> Incoming:
    """Read a report in one of the formats that are taken."""
    media_type = require_read(content_type)
    if media_type == CSV:
        return Incoming(CSV, len(raw), query, lambda form: read_csv(raw, form, nil))
    if media_type == SDMX_CSV:
        message = read_sdmx_csv(raw, nil)
        own = Envelope() if query.occurrence else message.envelope
        return Incoming(SDMX_CSV, len(raw), join_envelopes(own, query), message.columns, is_change=True)
    if media_type == XLSX:
        workbook = read_xlsx(raw, nil)
        own = Envelope() if _names_target(query) else workbook.envelope
        return Incoming(XLSX, len(raw), join_envelopes(own, query), workbook.columns)
    body = read_json(raw)
    body.nil = [*body.nil, *nil]
    said = tuple((one.get("finding", ""), nfc(one.get("text", "")).strip()) for one in body.explanations)
    return Incoming(JSON, len(raw), join_envelopes(body.envelope, query), body.columns, explanations=said)


async def read_beside(raw: bytes, content_type: str, query: Envelope, nil: list[str]) -> Incoming:
    """Read a report beside the event loop, unless it is CSV, which is only read when its form is known."""
    if _media_type(content_type) == CSV:
        return read_body(raw, content_type, query, nil)
    return await asyncio.to_thread(read_body, raw, content_type, query, nil)


def _media_type(content_type: str) -> str:
    return content_type.split(";", 1)[0].strip().lower()


def _is_version_2(content_type: str) -> bool:
    """Say whether a message is SDMX-CSV 2, as one is that names no version."""
    named = VERSION.search(content_type)
    return named is None or named[1] == "2"


def _names_target(query: Envelope) -> bool:
    return any((query.occurrence, query.obligation, query.period, query.agency))


def read_draft(content: dict[str, Any]) -> Incoming:
    """Read a draft as if it had come as JSON."""
    try:
        raw = orjson.dumps(content)
    except orjson.JSONEncodeError:  # a number beyond 64 bits, that is found like any other
        raw = json.dumps(content).encode()
    body = read_json(raw)
    return Incoming(JSON, len(raw), body.envelope, body.columns)
