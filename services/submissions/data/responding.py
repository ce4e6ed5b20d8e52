"""From an answer to what goes out: the writer of the wanted format, the head, and what is held until the end."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from fastapi import Request
from starlette.responses import Response

from services.submissions.data.answer import Answer
from services.submissions.data.negotiating import MEDIA_TYPES, Format
from services.submissions.data.streaming import HeldResponse
from services.submissions.data.writing import Writer, stream
from services.submissions.data.writing_csv import CsvWriter
from services.submissions.data.writing_json import JsonWriter
from services.submissions.data.writing_sdmx_csv import SdmxCsvWriter
from services.submissions.data.writing_sdmx_json import SdmxJsonWriter
from services.submissions.data.writing_xlsx import read_file, write_workbook

CURSOR_HEADER = "Data-Cursor"
ENDINGS = {Format.CSV: "csv", Format.XLSX: "xlsx", Format.SDMX_CSV: "csv"}
"""Of formats that people save as files."""
YES = ("true", "1", "yes", "on", "t", "y")
"""What the door takes for true."""


async def _body(
    kind: Format, answer: Answer, held: AsyncExitStack, request: Request, language: str
) -> AsyncIterator[bytes]:
    if kind is Format.XLSX:
        file = held.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  # the stack closes it
        await write_workbook(answer, language, file)
        return read_file(file)
    writer: Writer
    if kind is Format.CSV:
        writer = CsvWriter(answer, bom=request.query_params.get("bom", "").lower() in YES)
    elif kind is Format.SDMX_CSV:
        writer = SdmxCsvWriter(answer)
    elif kind is Format.SDMX_JSON:
        writer = SdmxJsonWriter(answer, sandbox=request.app.state.runtime.settings.sandbox)
    else:
        writer = JsonWriter(answer, language)
    return stream(writer, answer)


async def respond(kind: Format, answer: Answer, held: AsyncExitStack, request: Request, language: str) -> Response:
    """Return the answer in a format, streamed. It takes over what is held, and gives it back when it ends."""
    headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "private, no-store"}
    if answer.cursor:
        headers[CURSOR_HEADER] = answer.cursor
    if ending := ENDINGS.get(kind):
        headers["Content-Disposition"] = f'attachment; filename="{answer.wanted.form}.{ending}"'
    media_type = MEDIA_TYPES[kind] + ("; charset=utf-8" if kind is Format.CSV else "")
    body = await _body(kind, answer, held, request, language)
    return HeldResponse(body, held.pop_all(), media_type=media_type, headers=headers)
