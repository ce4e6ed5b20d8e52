"""The doors of successions."""

from typing import Annotated

from fastapi import Path, Query, Request
from starlette.responses import Response

from kernel.etags import IfMatch, conditional
from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page
from kernel.web import Router
from services.registry.dependencies import Reader, StewardHere, Writer
from services.registry.succession import showing
from services.registry.succession.dependencies import Confirming, LookAround, Recording, Successions
from services.registry.succession.schemas import (
    LineRead,
    LineUpdate,
    SuccessionConfirm,
    SuccessionCreate,
    SuccessionRead,
    SuccessionWithdraw,
)
from services.registry.succession.states import LineKind, LineState, SuccessionState

router = Router(prefix="/v1/successions", tags=["successions"])

Number = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get("")
async def list_successions(
    _: Reader,
    successions: Successions,
    state: Annotated[SuccessionState | None, Query()] = None,
    predecessor: Annotated[str | None, Query(max_length=40, examples=["BLDTBXH"])] = None,
    successor: Annotated[str | None, Query(max_length=40)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[SuccessionRead]:
    """List who followed whom, oldest first."""
    wanted = {"state": state, "predecessor": predecessor, "successor": successor}
    return await successions.list_successions(wanted, cursor, limit)


@router.post("", status_code=201)
async def propose_succession(
    body: SuccessionCreate,
    writer: Writer,
    outlook: LookAround,
    steward: StewardHere,
    recording: Recording,
    once: Once,
    response: Response,
) -> SuccessionRead:
    """Record that an agency was or will be followed by others. Stewards only; provincial ones in their province.

    Nothing moves yet: the answer counts the lines, one for each thing that is touched, each with its proposal.
    """
    proposed = await recording.propose(body, outlook, steward, writer)
    response.headers["Location"] = f"/v1/successions/{proposed.id}"
    response.headers["ETag"] = showing.etag(proposed)
    return proposed


@router.get("/{succession}", response_model=SuccessionRead)
async def get_succession(succession: str, request: Request, _: Reader, successions: Successions) -> Response:
    """Read one succession. Its ETag is what a change, a confirmation or a withdrawal must name."""
    return conditional(request, (await successions.get(succession)).model_dump(mode="json"))


@router.get("/{succession}/lines")
async def list_lines(
    succession: str,
    reader: Reader,
    successions: Successions,
    kind: Annotated[LineKind | None, Query()] = None,
    state: Annotated[LineState | None, Query()] = None,
    item: Annotated[str | None, Query(max_length=120, examples=["QD-402-2020/3.3.3"])] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[LineRead]:
    """List what a succession touches, by number. API clients are shown to callers with `registry:write` only."""
    wanted = {"kind": kind, "state": state, "item": item}
    return await successions.list_lines(reader, succession, wanted, cursor, limit)


@router.get("/{succession}/lines/{number}")
async def get_line(
    succession: str, number: Number, reader: Reader, successions: Successions, response: Response
) -> LineRead:
    """Read one line. The ETag is the succession's: a change of any line is a change of the succession."""
    line, etag = await successions.get_line(reader, succession, number)
    response.headers["ETag"] = etag
    return line


@router.patch("/{succession}/lines/{number}")
async def change_line(
    succession: str,
    number: Number,
    body: LineUpdate,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    successions: Successions,
    response: Response,
) -> LineRead:
    """Propose other receivers for an open line. Occurrences go with the line of their obligation."""
    line, etag = await successions.change_line(succession, number, body, if_match, steward, writer)
    response.headers["ETag"] = etag
    return line


@router.post("/{succession}/confirm")
async def confirm_succession(
    succession: str,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    confirming: Confirming,
    once: Once,
    response: Response,
    body: SuccessionConfirm | None = None,
) -> SuccessionRead:
    """Confirm all lines, or some. The predecessor ends (a transfer leaves it), and duties move from the day on.

    Lines that are left open are carried by nobody and show as orphaned. Confirming the same again changes nothing.
    """
    confirmed = await confirming.confirm(succession, body or SuccessionConfirm(), if_match, steward, writer)
    response.headers["ETag"] = showing.etag(confirmed)
    return confirmed


@router.post("/{succession}/withdraw")
async def withdraw_succession(
    succession: str,
    body: SuccessionWithdraw,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    successions: Successions,
    once: Once,
    response: Response,
) -> SuccessionRead:
    """Take a proposal back, with the reason. What was confirmed holds; a later succession follows it."""
    withdrawn = await successions.withdraw(succession, body, if_match, steward, writer)
    response.headers["ETag"] = showing.etag(withdrawn)
    return withdrawn
