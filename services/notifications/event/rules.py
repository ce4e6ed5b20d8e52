"""Which events are public, what each means, and whose inbox it enters. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notifications.event.errors import UnknownEventType

EVERYONE = "*"


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of public event, for people who subscribe to it."""

    type: str
    source: str
    meaning_vi: str
    meaning_en: str


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """One fact to be told outside: thin data, and the agencies that may see it."""

    id: UUID
    type: str
    subject: str
    data: dict[str, Any]
    audience: Sequence[str]
    occurred_at: datetime
    traceparent: str | None = None
    inbox: Sequence[str] = field(default=())
    """The agencies in whose inbox it stands; they are part of the audience."""


REGISTRY, SUBMISSIONS, NOTIFICATIONS = "/registry", "/submissions", "/notifications"

EVENT_TYPES = (
    EventType(
        "agency.changed",
        REGISTRY,
        "Thông tin của một cơ quan đã thay đổi.",
        "The facts about an agency changed.",
    ),
    EventType(
        "succession.confirmed",
        REGISTRY,
        "Việc sáp nhập, chia tách, đổi tên hoặc chuyển chức năng đã được xác nhận.",
        "A succession between agencies was confirmed.",
    ),
    EventType("plan.published", REGISTRY, "Một kế hoạch đã được công bố.", "A plan was published."),
    EventType(
        "obligation.changed",
        REGISTRY,
        "Một chế độ báo cáo đã thay đổi.",
        "A reporting obligation changed.",
    ),
    EventType(
        "occurrence.scheduled",
        SUBMISSIONS,
        "Một báo cáo phải nộp đã được đưa vào lịch.",
        "A report that is owed was scheduled.",
    ),
    EventType(
        "occurrence.rescheduled",
        SUBMISSIONS,
        "Hạn nộp của một báo cáo đã thay đổi.",
        "The due date of a report changed.",
    ),
    EventType(
        "occurrence.extended",
        SUBMISSIONS,
        "Một báo cáo được gia hạn.",
        "A report was given an extension.",
    ),
    EventType("occurrence.waived", SUBMISSIONS, "Một báo cáo được miễn.", "A report was waived."),
    EventType(
        "submission.received",
        SUBMISSIONS,
        "Hệ thống đã nhận một báo cáo.",
        "A submission was received.",
    ),
    EventType(
        "submission.returned",
        SUBMISSIONS,
        "Một báo cáo bị trả lại để chỉnh sửa.",
        "A submission was returned for correction.",
    ),
    EventType(
        "submission.accepted",
        SUBMISSIONS,
        "Một báo cáo được chấp nhận.",
        "A submission was accepted.",
    ),
    EventType(
        "consolidation.stale",
        SUBMISSIONS,
        "Số liệu nguồn của một báo cáo tổng hợp đã thay đổi.",
        "A source of a consolidation changed after it was built.",
    ),
    EventType(
        "deadline.approaching",
        NOTIFICATIONS,
        "Sắp đến hạn nộp báo cáo.",
        "A due date comes near: 30, 7 or 1 day before.",
    ),
    EventType(
        "deadline.due",
        NOTIFICATIONS,
        "Hôm nay là ngày cuối cùng nộp báo cáo đúng hạn.",
        "Today is the last day on time.",
    ),
    EventType(
        "deadline.overdue",
        NOTIFICATIONS,
        "Báo cáo đã quá hạn. Nơi nhận được báo một lần, kèm danh sách còn thiếu.",
        "A report is overdue. A recipient is told once, with the list of those missing.",
    ),
    EventType(
        "deadline.escalated",
        NOTIFICATIONS,
        "Báo cáo quá hạn được báo lên cấp trên của nơi nhận.",
        "A report is still missing a week later; the next level of the recipient line is told.",
    ),
    EventType(
        "deadline.met",
        NOTIFICATIONS,
        "Báo cáo đã nộp đúng hạn.",
        "A report came in time; its reminders stop.",
    ),
    EventType(
        "endpoint.tested",
        NOTIFICATIONS,
        "Tin thử tới một địa chỉ webhook.",
        "A test of one webhook endpoint.",
    ),
    EventType(
        "endpoint.disabled",
        NOTIFICATIONS,
        "Một địa chỉ webhook đã bị ngừng.",
        "A webhook endpoint was disabled.",
    ),
    EventType(
        "delivery.exhausted",
        NOTIFICATIONS,
        "Một tin gửi tới webhook không thành công sau mọi lần thử.",
        "A delivery failed at every attempt.",
    ),
)
KNOWN_TYPES = frozenset(one.type for one in EVENT_TYPES)
SOURCES = {one.type: one.source for one in EVENT_TYPES}

TO_REPORTER = frozenset(
    {
        "occurrence.rescheduled",
        "occurrence.extended",
        "occurrence.waived",
        "submission.returned",
        "submission.accepted",
    }
)

UNSEEN_REASONS = frozenset({"recipient_line_changed"})
"""Changes of an occurrence that leave its date alone are no news to its reporter."""


def inbox_of(kind: str, data: dict[str, Any]) -> tuple[str, ...]:
    """Return the agencies whose inbox an event of another service enters; history enters none."""
    if data.get("history") or data.get("reason") in UNSEEN_REASONS:
        return ()
    if kind in TO_REPORTER:
        return (data["agency"],)
    if kind == "submission.received":
        return tuple(data.get("recipients") or ())
    return ()


def require_known_types(types: Sequence[str]) -> None:
    """Refuse types of event that do not exist."""
    unknown = set(types) - KNOWN_TYPES
    if unknown:
        raise UnknownEventType(unknown)
