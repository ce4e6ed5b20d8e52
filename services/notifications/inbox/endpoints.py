"""The doors of the inbox; each agency reads its own."""

from typing import Any
from uuid import UUID

from kernel.clock import real_now
from kernel.paging import Cursor, Limit, cut, read_cursor
from kernel.web import Router
from services.notifications.dependencies import Inbox, InboxRows, Manager, Told
from services.notifications.inbox.schemas import InboxMarked, InboxPage, InboxRead

router = Router(prefix="/v1/inbox", tags=["inbox"])


@router.get("", response_model=InboxPage)
async def list_inbox(
    caller: Told,
    inbox: Inbox,
    unread: bool | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Read what the caller's agency was told, newest first, in Vietnamese and English."""
    key = read_cursor(cursor, UUID)
    before = key[0] if key else None
    found = await inbox.list_items(caller, unread=unread, before=before, limit=limit + 1)
    items, following = cut(found, limit, lambda item: (item["id"],))
    return {"items": items, "unread": await inbox.count_unread(caller), "next_cursor": following}


@router.post("/read", response_model=InboxMarked)
async def mark_read(body: InboxRead, caller: Manager, rows: InboxRows) -> dict[str, int]:
    """Mark items as read: some, everything up to one, or everything."""
    marked = await rows.mark_read(caller, real_now(), ids=body.ids, up_to=body.up_to)
    return {"marked": marked, "unread": await rows.count_unread(caller)}
