"""How each service is doing, in words that mean something to whoever reports."""

import asyncio
import time
from dataclasses import dataclass
from typing import Literal

import orjson

from gateway.route.table import Owner
from gateway.route.upstream import Upstreams
from kernel.errors import Problem

State = Literal["accepting", "read_only", "down"]

ASK_SECONDS = 1.0
REMEMBERED_SECONDS = 2.0
"""Anyone may ask for the status; the services are asked at most this often."""

MEANING: dict[Owner, dict[State, tuple[str, str]]] = {
    Owner.REGISTRY: {
        "accepting": ("Danh mục đọc và cập nhật được.", "Reference data can be read and changed."),
        "read_only": ("Danh mục chỉ đọc được.", "Reference data can be read, not changed."),
        "down": (
            "Danh mục tạm thời không đọc được; báo cáo vẫn gửi được.",
            "Reference data cannot be read for now; reports are still taken in.",
        ),
    },
    Owner.SUBMISSIONS: {
        "accepting": ("Đang nhận báo cáo.", "Reports are taken in."),
        "read_only": ("Chỉ xem được, chưa nhận báo cáo.", "Reports can be read; none is taken in for now."),
        "down": ("Tạm thời không nhận được báo cáo.", "No report can be taken in or read for now."),
    },
    Owner.NOTIFICATIONS: {
        "accepting": ("Nhắc hạn và webhook hoạt động.", "Reminders and webhooks work."),
        "read_only": ("Xem được, tạm dừng gửi.", "Can be read; nothing is sent for now."),
        "down": (
            "Nhắc hạn và webhook tạm dừng; sẽ gửi bù sau, không mất thông báo.",
            "Reminders and webhooks pause; they catch up later and nothing is lost.",
        ),
    },
}


@dataclass(frozen=True)
class ServiceState:
    """One service's state, and what it means in Vietnamese and English."""

    service: str
    state: State
    vi: str
    en: str


class StatusBoard:
    """Asks every service whether it is ready, and remembers the answers for a moment."""

    def __init__(self, upstreams: Upstreams) -> None:
        self._upstreams = upstreams
        self._known: list[ServiceState] = []
        self._fresh_until = 0.0
        self._asking = asyncio.Lock()

    async def read(self) -> list[ServiceState]:
        """Return the state of every service behind the door."""
        async with self._asking:
            if time.monotonic() >= self._fresh_until:
                states = await asyncio.gather(*(self._ask(owner) for owner in MEANING))
                self._known = [_meant(owner, state) for owner, state in zip(MEANING, states, strict=True)]
                self._fresh_until = time.monotonic() + REMEMBERED_SECONDS
        return self._known

    async def _ask(self, owner: Owner) -> State:
        try:
            async with (
                asyncio.timeout(ASK_SECONDS),
                await self._upstreams.send(owner, "GET", "/readyz", [], None) as answer,
            ):
                return _judge(answer.status, await answer.read())
        except (Problem, TimeoutError):
            return "down"


def _judge(status: int, body: bytes) -> State:
    if status == 200:
        return "accepting"
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "down"
    return "read_only" if isinstance(said, dict) and said.get("status") == "read_only" else "down"


def _meant(owner: Owner, state: State) -> ServiceState:
    vi, en = MEANING[owner][state]
    return ServiceState(owner.value, state, vi, en)
