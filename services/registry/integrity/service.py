"""The story of a check-up: read the registry once, run every check over it, show what they find."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.paging import cut, read_cursor
from services.registry.integrity.facts import Facts, ObligationFact
from services.registry.integrity.findings import Fact, Found, Severity, Subject, finding_id
from services.registry.integrity.schemas import FindingPage, FindingRead
from services.registry.integrity.store import read_facts
from services.registry.integrity.table import CHECKS, Check
from services.registry.obligation.service import ObligationService

OF_PLANS = frozenset({Subject.PLAN, Subject.TASK, Subject.OBLIGATION})
"""Subjects that a client limited to some plans sees only there."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of findings is narrowed to; None narrows nothing."""

    check: str | None = None
    severity: Severity | None = None
    subject: str | None = None


class IntegrityService:
    """Says what does not fit together on a day. Nothing is kept: it is computed from the registry as it stands."""

    def __init__(self, *, obligations: ObligationService, session: AsyncSession) -> None:
        self._obligations = obligations
        self._session = session

    async def list_findings(
        self, caller: Caller, asked: Asked, day: date, cursor: str | None, limit: int
    ) -> FindingPage:
        """Return a page of the findings on a day."""
        facts = await self.read(day)
        checks = [one for one in CHECKS if _wants(asked, one)]
        every = await asyncio.to_thread(lambda: list(run(checks, facts)))
        seen = [(check, one) for check, one in every if _may_see(caller, check, one) and _is_asked(asked, one)]
        after = read_cursor(cursor, int, str, str)
        keyed = sorted(((ORDER[check.code], one.subject, one.key), check, one) for check, one in _by_key(seen))
        rows = [row for row in keyed if after is None or row[0] > after]
        page, next_cursor = cut(rows[: limit + 1], limit, lambda row: row[0])
        return FindingPage(
            items=[shown(check, one) for _, check, one in page],
            next_cursor=next_cursor,
            as_of=day,
            total=len(seen),
            by_severity=dict(Counter(check.severity for check, _ in seen)),
        )

    async def count(self, day: date) -> dict[str, int]:
        """Return how many findings each check has on a day, none included."""
        facts = await self.read(day)
        every = await asyncio.to_thread(lambda: list(run(CHECKS, facts)))
        counted = Counter(check.code for check, _ in every)
        return {check.code: counted[check.code] for check in CHECKS}

    async def read(self, day: date) -> Facts:
        """Read everything that the checks look at: one statement beside those of the register."""
        register, kept = await self._obligations.read_register()
        names = ("plan", "form", "kind", "subject", "satisfied_by")
        obligations = {
            code: ObligationFact(**{name: one.row[name] for name in names}) for code, one in kept.items()
        }
        return Facts(day=day, register=register, obligations=obligations, **await read_facts(self._session))


ORDER = {check.code: place for place, check in enumerate(CHECKS)}


def run(checks: list[Check] | tuple[Check, ...], facts: Facts) -> Iterator[tuple[Check, Found]]:
    """Run checks over the registry."""
    for check in checks:
        for one in check.run(facts):
            yield check, one


def shown(check: Check, one: Found) -> FindingRead:
    """Return a finding as the door shows it."""
    words = {name: _worded(value) for name, value in one.facts.items()}
    return FindingRead(
        id=finding_id(check.code, one.subject, one.key),
        check=check.code,
        severity=check.severity,
        subject_type=check.subject,
        subject=one.subject,
        facts=dict(one.facts),
        message_vi=check.says_vi.format_map(words),
        message_en=check.says_en.format_map(words),
        link=link_of(check.subject, one),
    )


def link_of(subject: Subject, one: Found) -> str:
    """Return where a subject is read."""
    code = quote(one.subject, safe="")
    if subject is Subject.TASK:
        return f"/v1/plans/{quote(one.plan or '', safe='')}/tasks/{quote(one.subject.split('/', 1)[-1], safe='.')}"
    if subject is Subject.CALENDAR_YEAR:
        return f"/v1/working-days?from={code}-01-01&to={code}-12-31"
    return f"/v1/{DOORS[subject]}/{code}"


DOORS = {
    Subject.AGENCY: "agencies",
    Subject.SUCCESSION: "successions",
    Subject.GROUP: "agency-groups",
    Subject.PLAN: "plans",
    Subject.OBLIGATION: "obligations",
}


def _by_key(seen: list[tuple[Check, Found]]) -> list[tuple[Check, Found]]:
    return list({(check.code, one.subject, one.key): (check, one) for check, one in seen}.values())


def _wants(asked: Asked, check: Check) -> bool:
    return asked.check in (None, check.code) and asked.severity in (None, check.severity)


def _is_asked(asked: Asked, one: Found) -> bool:
    return asked.subject in (None, one.subject)


def _may_see(caller: Caller, check: Check, one: Found) -> bool:
    return check.subject not in OF_PLANS or caller.may_see_plan(one.plan)


def _worded(value: Fact) -> str:
    if value is None:
        return "…"
    return ", ".join(value) if isinstance(value, list) else str(value)
