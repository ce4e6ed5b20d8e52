"""What completeness counts, and by what the ledger can be divided, as SQL over occurrence, cycle and obligation.

The words follow the European statistical system: its completeness rate (Guidelines for the implementation of the
ESS quality and performance indicators, R1, for producers) divides the required part that was provided by what is
required, and what is under a derogation is not required. So a waiver and a reporter under a derogation leave both
sides, and a voluntary report, which nobody requires, is shown beside the rate and not in it. Its numerator is a
subset of its denominator, and so is ours: both are counted over the same rows.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased
from sqlmodel import col

from kernel.clock import day_in_vietnam
from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.projection.tables import Agency, Obligation, ProvinceSuccessor

COMMITTEE = "provincial_peoples_committee"
NONE = ""
"""How a filter and a group name what has no plan, form, level or province."""

MAP_TEXT = "Provinces as they were for the reporter (`then`), or as they are carried on today (`now`)."


class Standing(StrEnum):
    """Whether completeness counts an occurrence, and if not, why."""

    COUNTED = "counted"
    WAIVED = "waived"
    NOT_OPEN = "not_open"
    VOLUNTARY = "voluntary"
    SAME_REPORT = "same_report"


class ProvinceMap(StrEnum):
    """By which map of the provinces figures are read."""

    THEN = "then"
    NOW = "now"


def standing(now: datetime) -> sa.ColumnElement[str]:
    """Return the word that says whether completeness counts an occurrence; the first reason stands."""
    waived = col(Occurrence.state) == State.WAIVED
    return sa.case((waived, Standing.WAIVED.value), else_=standing_unless_waived(now, _is_asked_twice()))


def standing_unless_waived(now: datetime, asked_twice: sa.ColumnElement[bool]) -> sa.ColumnElement[str]:
    """Return the word of what is not waived: all of a cycle has the same, but for what is asked twice."""
    return sa.case(
        (sa.literal(now) < col(Cycle.opens_at), Standing.NOT_OPEN.value),
        (_is_voluntary(), Standing.VOLUNTARY.value),
        (asked_twice, Standing.SAME_REPORT.value),
        else_=Standing.COUNTED.value,
    )


def _is_voluntary() -> sa.ColumnElement[bool]:
    """A voluntary report is never overdue, and the steps of its date say so."""
    said: Any = sa.literal([{"code": "voluntary"}], JSONB)
    return sa.and_(col(Cycle.overdue_after).is_(None), col(Cycle.trace).op("@>")(said))


def _is_asked_twice() -> sa.ColumnElement[bool]:
    """The same report asked twice counts once: where it satisfies, not where it is satisfied."""
    twin = twins()
    is_there = sa.exists().where(is_satisfied_by(twin)).correlate(Occurrence, Cycle, Obligation)
    return sa.and_(col(Obligation.satisfied_by).is_not(None), is_there)


def twins() -> sa.Subquery:
    """Return the reports that satisfy another obligation, by what they answer: each stands there once."""
    other = aliased(Obligation)
    return (
        sa.select(col(Cycle.obligation), col(Cycle.period), col(Occurrence.agency))
        .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
        .where(
            col(Occurrence.state) != State.WAIVED,
            col(Cycle.obligation).in_(sa.select(col(other.satisfied_by))),
        )
        .subquery("twin")
    )


def is_satisfied_by(twin: sa.Subquery) -> sa.ColumnElement[bool]:
    """Return the condition that an occurrence is satisfied by one of `twins`."""
    return sa.and_(
        twin.c.obligation == col(Obligation.satisfied_by),
        twin.c.period == col(Cycle.period),
        twin.c.agency == col(Occurrence.agency),
    )


def is_of_level(level: str) -> sa.ColumnElement[bool]:
    """Return the condition that a report goes to a level of the cascade: to agencies of a kind."""
    receiver = aliased(Agency)
    kinds = sa.select(col(receiver.id)).where(col(receiver.kind) == level)
    first = col(Cycle.recipients)[1]
    return first.is_(None) if level == NONE else first.in_(kinds)


def is_of_province(province: str, map_: ProvinceMap, now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that a reporter lies in a province, on one of the maps."""
    places = places_of(map_, day_in_vietnam(now))
    there = sa.select(places.c.agency).where(sa.func.coalesce(places.c.province, NONE) == province)
    return col(Occurrence.agency).in_(there)


def places_of(map_: ProvinceMap, today: date) -> sa.CTE:
    """Return every agency with its province, on the wanted map.

    As figures are carried: a province that was divided among several keeps its old code, for nothing here says
    which part went where.
    """
    if map_ is ProvinceMap.THEN:
        return sa.select(col(Agency.id).label("agency"), col(Agency.province).label("province")).cte("place")
    became = _successions_of_provinces(today)
    present = sa.func.coalesce(became.c.later, col(Agency.province))
    query: Any = sa.select(col(Agency.id).label("agency"), present.label("province")).outerjoin(
        became, became.c.earlier == col(Agency.province)
    )
    places: sa.CTE = query.cte("place")
    return places


def _successions_of_provinces(today: date) -> sa.Subquery:
    """Return what each provincial unit has become: along the chain while exactly one unit followed."""
    followed = (
        sa.select(
            col(ProvinceSuccessor.province).label("province"),
            sa.func.min(col(ProvinceSuccessor.successor)).label("successor"),
        )
        .where(col(ProvinceSuccessor.effective_on) <= today)
        .group_by(col(ProvinceSuccessor.province))
        .having(sa.func.count(sa.distinct(col(ProvinceSuccessor.successor))) == 1)
        .cte("followed")
    )
    first: Any = sa.select(followed.c.province.label("earlier"), followed.c.successor.label("later"))
    line = first.cte("line", recursive=True)
    line = line.union(
        sa.select(line.c.earlier, followed.c.successor).join(followed, followed.c.province == line.c.later)
    )
    goes_on = sa.exists().where(followed.c.province == line.c.later).correlate(line)
    return sa.select(line.c.earlier, line.c.later).where(sa.not_(goes_on)).subquery("became")
