"""The doors of extensions and waivers: ask, decide, take back, read."""

from collections.abc import Callable
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Body, Response

from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page, cut, read_cursor
from kernel.web import Router
from services.submissions.dependencies import Exceptions, Reader, Reviewer
from services.submissions.exception.schemas import (
    ExtensionCreate,
    ExtensionDecisionRead,
    ExtensionGrant,
    ReasonGiven,
    WaiverCreate,
    WaiverDecisionRead,
    WaiverGrant,
)
from services.submissions.exception.showing import show_extension, show_waiver
from services.submissions.exception.store import ExceptionFilter, FoundException
from services.submissions.exception.tables import ExceptionState, Kind

router = Router(tags=["extensions and waivers"])
Shown = TypeVar("Shown", ExtensionDecisionRead, WaiverDecisionRead)


@router.post("/v1/occurrences/{occurrence}/extensions", status_code=201)
async def ask_for_extension(
    occurrence: UUID, body: ExtensionCreate, caller: Reader, _: Once, exceptions: Exceptions, response: Response
) -> ExtensionDecisionRead:
    """Ask for a later due day as the reporter (`submissions:write`), or give one as the recipient.

    A reporter's request waits for the recipient. What a recipient gives (`submissions:review`) holds at once.
    """
    found = await exceptions.ask(caller, Kind.EXTENSION, occurrence, body.reason, body.due_on)
    response.headers["Location"] = f"/v1/extensions/{found[0].id}"
    return show_extension(found)


@router.get("/v1/occurrences/{occurrence}/extensions")
async def list_extensions_of_occurrence(
    occurrence: UUID, caller: Reader, exceptions: Exceptions, limit: Limit = 50, cursor: Cursor = None
) -> Page[ExtensionDecisionRead]:
    """List every extension that was ever asked for or given for one report, newest first."""
    wanted = ExceptionFilter(Kind.EXTENSION, occurrence)
    return await _page(exceptions, caller, wanted, limit, cursor, show_extension)


@router.get("/v1/extensions")
async def list_extensions(
    caller: Reader,
    exceptions: Exceptions,
    obligation: str | None = None,
    agency: str | None = None,
    state: ExceptionState | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ExtensionDecisionRead]:
    """List extensions that concern you, newest first; `state=requested` are those that wait for a decision."""
    wanted = ExceptionFilter(Kind.EXTENSION, None, obligation, agency, state)
    return await _page(exceptions, caller, wanted, limit, cursor, show_extension)


@router.get("/v1/extensions/{extension}")
async def get_extension(extension: UUID, caller: Reader, exceptions: Exceptions) -> ExtensionDecisionRead:
    """Read one extension, from request to decision."""
    return show_extension(await exceptions.get(caller, Kind.EXTENSION, extension))


@router.post("/v1/extensions/{extension}/grant")
async def grant_extension(
    extension: UUID,
    caller: Reviewer,
    _: Once,
    exceptions: Exceptions,
    body: Annotated[ExtensionGrant | None, Body()] = None,
) -> ExtensionDecisionRead:
    """Grant an extension, for the day that was asked for or another. It replaces the due instant at once."""
    said = body or ExtensionGrant()
    return show_extension(await exceptions.grant(caller, Kind.EXTENSION, extension, said.due_on, said.reason))


@router.post("/v1/extensions/{extension}/refuse")
async def refuse_extension(
    extension: UUID, body: ReasonGiven, caller: Reviewer, _: Once, exceptions: Exceptions
) -> ExtensionDecisionRead:
    """Refuse an extension; the due day stays."""
    return show_extension(await exceptions.refuse(caller, Kind.EXTENSION, extension, body.reason))


@router.post("/v1/extensions/{extension}/withdraw")
async def withdraw_extension(
    extension: UUID, body: ReasonGiven, caller: Reader, _: Once, exceptions: Exceptions
) -> ExtensionDecisionRead:
    """Take back: the reporter its request, the recipient what it granted.

    A grant is taken back while the report has not come and the day that it replaced lies ahead.
    """
    return show_extension(await exceptions.withdraw(caller, Kind.EXTENSION, extension, body.reason))


@router.post("/v1/occurrences/{occurrence}/waivers", status_code=201)
async def ask_for_waiver(
    occurrence: UUID, body: WaiverCreate, caller: Reader, _: Once, exceptions: Exceptions, response: Response
) -> WaiverDecisionRead:
    """Ask as the reporter (`submissions:write`) not to owe a report, or waive it as the recipient.

    A reporter's request waits for the recipient. What a recipient waives (`submissions:review`) is not owed from
    that moment, and completeness does not count it.
    """
    found = await exceptions.ask(caller, Kind.WAIVER, occurrence, body.reason)
    response.headers["Location"] = f"/v1/waivers/{found[0].id}"
    return show_waiver(found)


@router.get("/v1/occurrences/{occurrence}/waivers")
async def list_waivers_of_occurrence(
    occurrence: UUID, caller: Reader, exceptions: Exceptions, limit: Limit = 50, cursor: Cursor = None
) -> Page[WaiverDecisionRead]:
    """List every waiver that was ever asked for or given for one report, newest first."""
    wanted = ExceptionFilter(Kind.WAIVER, occurrence)
    return await _page(exceptions, caller, wanted, limit, cursor, show_waiver)


@router.get("/v1/waivers")
async def list_waivers(
    caller: Reader,
    exceptions: Exceptions,
    obligation: str | None = None,
    agency: str | None = None,
    state: ExceptionState | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[WaiverDecisionRead]:
    """List waivers that concern you, newest first; `state=requested` are those that wait for a decision."""
    wanted = ExceptionFilter(Kind.WAIVER, None, obligation, agency, state)
    return await _page(exceptions, caller, wanted, limit, cursor, show_waiver)


@router.get("/v1/waivers/{waiver}")
async def get_waiver(waiver: UUID, caller: Reader, exceptions: Exceptions) -> WaiverDecisionRead:
    """Read one waiver, from request to decision."""
    return show_waiver(await exceptions.get(caller, Kind.WAIVER, waiver))


@router.post("/v1/waivers/{waiver}/grant")
async def grant_waiver(
    waiver: UUID,
    caller: Reviewer,
    _: Once,
    exceptions: Exceptions,
    body: Annotated[WaiverGrant | None, Body()] = None,
) -> WaiverDecisionRead:
    """Grant a waiver: the report is not owed from this moment."""
    reason = body.reason if body else None
    return show_waiver(await exceptions.grant(caller, Kind.WAIVER, waiver, None, reason))


@router.post("/v1/waivers/{waiver}/refuse")
async def refuse_waiver(
    waiver: UUID, body: ReasonGiven, caller: Reviewer, _: Once, exceptions: Exceptions
) -> WaiverDecisionRead:
    """Refuse a waiver; the report stays owed."""
    return show_waiver(await exceptions.refuse(caller, Kind.WAIVER, waiver, body.reason))


@router.post("/v1/waivers/{waiver}/withdraw")
async def withdraw_waiver(
    waiver: UUID, body: ReasonGiven, caller: Reader, _: Once, exceptions: Exceptions
) -> WaiverDecisionRead:
    """Take back: the reporter its request, the recipient its waiver. A report that was waived is owed again."""
    return show_waiver(await exceptions.withdraw(caller, Kind.WAIVER, waiver, body.reason))


async def _page(
    exceptions: Exceptions,
    caller: Reader,
    wanted: ExceptionFilter,
    limit: int,
    cursor: str | None,
    show: Callable[[FoundException], Shown],
) -> Page[Shown]:
    (after,) = read_cursor(cursor, UUID) or (None,)
    rows = await exceptions.list_all(caller, wanted, limit=limit, after=after)
    page, following = cut(rows, limit, lambda found: (found[0].id,))
    return Page(items=[show(one) for one in page], next_cursor=following)
