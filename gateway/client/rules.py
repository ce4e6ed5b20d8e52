"""Decisions about clients: what takes rights away, which secrets stay valid, what a scope lets one do."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.client.errors import ExpiryPast, ScopeUnknown
from gateway.client.groups import EVERY_GROUP, Group
from kernel.callers import SCOPES


@dataclass(frozen=True)
class Rights:
    """What decides whether a token issued earlier may live on."""

    enabled: bool
    scopes: frozenset[str]
    plans: frozenset[str]
    expires_at: datetime | None


def takes_away(before: Rights, after: Rights) -> bool:
    """Say whether a change takes something from tokens that are out already."""
    if before.enabled and not after.enabled:
        return True
    if not all(is_held(scope, after.scopes) for scope in before.scopes):
        return True
    if after.plans and (not before.plans or before.plans - after.plans):
        return True
    return after.expires_at is not None and (before.expires_at is None or after.expires_at < before.expires_at)


def is_held(scope: str, held: Collection[str]) -> bool:
    """Say whether a scope is one of those held, or a part of one: of what stands before its last colon."""
    return scope in held or scope.rpartition(":")[0] in held


def require_known(scopes: Iterable[str], groups: Iterable[Group]) -> None:
    """Refuse the first scope that there is not."""
    known = [*SCOPES, *(group.scope for group in groups)]
    for number, scope in enumerate(scopes):
        if scope not in known:
            raise ScopeUnknown(number, scope, known)


def require_future(expires_at: datetime | None, now: datetime) -> None:
    """Refuse an expiry that is over already."""
    if expires_at is not None and expires_at <= now:
        raise ExpiryPast(expires_at)


def judge_overlap(expires_at: datetime | None, now: datetime, grace: timedelta) -> datetime:
    """Say until when the secret before the new one stays valid: the grace, or its own end if that is earlier."""
    end = now + grace
    return end if expires_at is None else min(end, expires_at)


def is_live(enabled: bool, expires_at: datetime | None, now: datetime) -> bool:
    """Say whether a client may get tokens now."""
    return enabled and (expires_at is None or expires_at > now)


MAY: dict[str, tuple[str, str, Sequence[str]]] = {
    "registry:read": (
        "Đọc danh mục cơ quan, văn bản, kế hoạch, chế độ báo cáo và lịch làm việc.",
        "Read agencies, instruments, plans, obligations and the calendar.",
        ("GET /v1/agencies", "GET /v1/plans", "GET /v1/obligations", "GET /v1/working-days"),
    ),
    "registry:write": (
        "Cập nhật danh mục với tư cách cơ quan chủ trì.",
        "Change the registry, as its steward.",
        ("POST /v1/agencies", "POST /v1/successions", "POST /v1/obligations"),
    ),
    "submissions:read": (
        "Xem báo cáo phải nộp, báo cáo đã gửi và tỷ lệ nộp.",
        "Read what is owed, what was submitted, and completeness.",
        ("GET /v1/occurrences", "GET /v1/submissions/{id}", "GET /v1/compliance"),
    ),
    "submissions:write": (
        "Lập bản nháp và gửi báo cáo thay mặt cơ quan mình.",
        "Draft and submit for the own agency.",
        ("POST /v1/submissions", "PUT /v1/occurrences/{id}/draft"),
    ),
    "submissions:review": (
        "Phê duyệt hoặc trả lại báo cáo gửi đến cơ quan mình.",
        "Accept or return what is owed to the own agency.",
        ("POST /v1/submissions/{id}/accept", "POST /v1/submissions/{id}/return"),
    ),
    "notifications:manage": (
        "Quản lý địa chỉ nhận webhook, lần gửi, hộp thư và nhắc hạn.",
        "Manage webhook endpoints, deliveries, inbox and reminders.",
        ("POST /v1/webhook-endpoints", "GET /v1/events", "GET /v1/inbox"),
    ),
    "data:read": (
        "Truy vấn và tải số liệu.",
        "Query and download figures.",
        ("GET /v1/data",),
    ),
    "data:confidential": (
        "Xem mọi chỉ tiêu mật trong phạm vi kế hoạch và tuyến báo cáo cho phép.",
        "See all confidential indicators where plan and line allow it.",
        ("GET /v1/data",),
    ),
    "admin": (
        "Quản lý hệ thống kết nối và bản cài đặt.",
        "Manage clients and the installation.",
        ("POST /v1/clients", "PATCH /v1/clients/{client_id}"),
    ),
}
"""What each scope lets its holder do: in Vietnamese, in English, and by which doors first."""


def list_abilities(scopes: Collection[str], groups: Iterable[Group]) -> list[tuple[str, str, str, list[str]]]:
    """Return scope, sentence in Vietnamese, sentence in English and doors, in the order of the list above."""
    may: dict[str, tuple[str, str, Sequence[str]]] = {}
    for scope, told in MAY.items():
        may[scope] = told
        if scope == EVERY_GROUP:
            may |= {group.scope: _may_read(group) for group in groups}
    return [(scope, vi, en, list(doors)) for scope, (vi, en, doors) in may.items() if scope in scopes]


def _may_read(group: Group) -> tuple[str, str, Sequence[str]]:
    return (
        f"Xem chỉ tiêu mật “{group.vi}” trong phạm vi kế hoạch và tuyến báo cáo cho phép.",
        f"See the confidential indicators of “{group.en}” where plan and line allow it.",
        ("GET /v1/data",),
    )


def groups_read(scopes: Collection[str], groups: Iterable[Group]) -> list[Group]:
    """Return the groups of confidential indicators that scopes open."""
    return [group for group in groups if is_held(group.scope, scopes)]
