"""The doors of reports as documents."""

import re
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from starlette.responses import Response

from kernel.etags import etag_of, is_known
from kernel.web import Router
from services.submissions.dependencies import Reader, TheParts
from services.submissions.language import Language
from services.submissions.report.drawing import fingerprint
from services.submissions.report.errors import ReportKindUnknown
from services.submissions.report.kinds import MEDIA_TYPES, TEXTS, Format, Kind
from services.submissions.report.schemas import ReportKindRead
from services.submissions.report.service import ReportService
from services.submissions.report.speech import Speech
from services.submissions.report.store import Wanted

router = Router(prefix="/v1/reports", tags=["reports"])

DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            MEDIA_TYPES[Format.PDF]: {"schema": {"type": "string", "format": "binary"}},
            MEDIA_TYPES[Format.DOCX]: {"schema": {"type": "string", "format": "binary"}},
            "text/html": {"schema": {"type": "string"}},
        },
        "description": "The document. The same facts give the same bytes, so its `ETag` can be asked with.",
    },
    304: {"description": "You have this document already."},
}
SAFE = {
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Vary": "Accept-Language",
}

SHOWN = {Format.PDF: "attachment", Format.DOCX: "attachment", Format.HTML: "inline"}
UNSAFE_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]")


async def _reports(request: Request, parts: TheParts) -> ReportService:
    database = request.app.state.runtime.database
    return ReportService(database=database, clock=parts.clock, registry=parts.registry, forms=parts.forms)


Reports = Annotated[ReportService, Depends(_reports)]


@router.get("")
async def list_report_kinds(_: Reader) -> list[ReportKindRead]:
    """List the kinds of reports that are written here, with their formats."""
    return [
        ReportKindRead(
            kind=kind,
            title_vi=texts.title_vi,
            title_en=texts.title_en,
            note_vi=texts.note_vi,
            note_en=texts.note_en,
            formats=list(Format),
            link=f"/v1/reports/{kind.value}",
        )
        for kind, texts in TEXTS.items()
    ]


@router.get("/{kind}", response_class=Response, responses=DOCUMENT)
async def get_report(
    caller: Reader,
    parts: TheParts,
    reports: Reports,
    request: Request,
    language: Language,
    kind: Annotated[str, Path(max_length=40, description="As listed.", examples=["prime-minister"])],
    plan: Annotated[
        str, Query(min_length=1, max_length=60, description="Code of a plan.", examples=["QD-402-2020"])
    ],
    year: Annotated[int, Query(ge=2000, le=2100, description="The year that the reports cover.", examples=[2026])],
    agency: Annotated[
        str | None,
        Query(max_length=60, description="Whose report, where several agencies have one.", examples=["UBND-P42"]),
    ] = None,
    format: Annotated[Format, Query(description="In which format it is drawn.")] = Format.PDF,
) -> Response:
    """Return a report as a document, written from accepted submissions.

    It says how complete and punctual the reports are, how each task stands and who said so, the figures with their
    roll-up, difficulties, who is missing, and names every source with its version, hash and time of receipt. The
    owner of the report and its focal point read it at any time, those above and the steward once it has been sent.
    Restricted figures are printed only for clients with `data:confidential`. Vietnamese or English, by
    `Accept-Language`.
    """
    if kind not in set(Kind):
        raise ReportKindUnknown([one.value for one in Kind])
    asked = Kind(kind)
    years = (year - 1, year) if asked is Kind.MIGRATION_PROFILE else (year,)
    speech = Speech("en" if language == "en" else "vi")
    document = await reports.write(caller, asked, Wanted(plan, years, agency), speech)
    headers = {
        **SAFE,
        "Content-Language": language,
        "ETag": etag_of(fingerprint(format), document.model_dump_json()),
    }
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    body = await parts.drawer.draw(document, format)
    name = UNSAFE_IN_NAMES.sub("_", f"{kind}-{plan}-{year}-{language}.{format}")
    headers["Content-Disposition"] = f'{SHOWN[format]}; filename="{name}"'
    return Response(body, media_type=MEDIA_TYPES[format], headers=headers)
