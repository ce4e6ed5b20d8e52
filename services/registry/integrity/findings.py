"""One finding: which check, about what, with which facts. Its id is the same as long as these are."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Fact = str | int | None | list[str]


class Severity(StrEnum):
    """Error: it cannot be right. Warning: a person must look. Notice: known and allowed, worth seeing."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Subject(StrEnum):
    """What a finding is about."""

    AGENCY = "agency"
    SUCCESSION = "succession"
    GROUP = "agency_group"
    PLAN = "plan"
    TASK = "task"
    OBLIGATION = "obligation"
    CALENDAR_YEAR = "calendar_year"


@dataclass(frozen=True, slots=True)
class Found:
    """What a check says about one subject. `key` tells several findings about one subject apart."""

    subject: str
    key: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    plan: str | None = None
    """The plan that a reader must be open to, where the subject belongs to one."""


def finding_id(check: str, subject: str, key: str) -> str:
    """Return the id of a finding: the same for the same check, subject and key, on any day."""
    return hashlib.sha256("\x1f".join((check, subject, key)).encode()).hexdigest()[:20]


def found(subject: str, *key: object, plan: str | None = None, **facts: Any) -> Found:
    """Return a finding; dates become text."""
    return Found(subject, "/".join(map(str, key)), {name: _plain(value) for name, value in facts.items()}, plan)


def _plain(value: Any) -> Fact:
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, Iterable):
        return [str(one) for one in value]
    return str(value)
