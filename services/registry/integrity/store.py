"""The one statement that reads what the checks need beside the register of obligations."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.integrity.facts import (
    CodeFact,
    GroupFact,
    PlanFact,
    Span,
    SuccessionFact,
    TaskFact,
    VersionFact,
)

READ = sa.text(
    """
    select
      (select jsonb_object_agg(id, jsonb_build_array(lower(lifetime), upper(lifetime) - 1))
         from agency) as lifetimes,
      (select jsonb_agg(jsonb_build_array(agency, lower(valid), upper(valid) - 1, name_vi, parent, province)
                        order by agency, valid) from agency_version) as versions,
      (select jsonb_agg(jsonb_build_array(f.id, f.predecessor,
                (select jsonb_agg(agency order by place) from succession_successor s where s.succession = f.id),
                f.effective_on, f.legal_basis, f.state,
                (select count(*) from succession_line l where l.succession = f.id and l.state = 'proposed'),
                (select jsonb_agg(agency) from succession_successor s
                  where s.succession = f.id and s.kind = 'transfer'))
              order by f.id) from succession f) as successions,
      (select jsonb_agg(jsonb_build_array(agency, scheme, code, lower(valid), upper(valid) - 1)
                        order by scheme, code, agency) from agency_code) as codes,
      (select jsonb_agg(jsonb_build_array(g.id, g.expression_vi, g.membership = 'listed' or exists (
                select from agency_group_word w join group_kind k on k.word = w.word
                where w.agency_group = g.id and
                      case when g.province is null then k.agency_kinds else k.provincial_agency_kinds end = '{}'),
                g.on_lead_request) order by g.id) from agency_group g) as groups,
      (select jsonb_agg(number) from instrument where number is not null) as numbers,
      (select jsonb_agg(jsonb_build_array(t.id, t.plan, t.kind,
                (select jsonb_agg(jsonb_build_array(p.part, coalesce(p.agency, p.agency_group))
                                  order by p.part, p.place) from task_party p where p.task = t.id)) order by t.id)
         from task t
        where t.kind <> 'heading' and not exists (select from task c where c.parent = t.id)) as tasks,
      (select jsonb_agg(jsonb_build_array(id, steward, lower(valid), upper(valid) - 1) order by id)
         from plan) as plans
    """
).columns(
    **dict.fromkeys(
        ("lifetimes", "versions", "successions", "codes", "groups", "numbers", "tasks", "plans"), JSONB
    )
)


async def read_facts(session: AsyncSession) -> dict[str, Any]:
    """Return the facts by the names under which `Facts` holds them."""
    row = (await session.execute(READ)).one()
    return {
        "lifetimes": {code: _span(*span) for code, span in (row.lifetimes or {}).items()},
        "versions": tuple(_version(*one) for one in row.versions or ()),
        "successions": tuple(_succession(*one) for one in row.successions or ()),
        "codes": tuple(CodeFact(a, scheme, code, _span(*span)) for a, scheme, code, *span in row.codes or ()),
        "groups": tuple(GroupFact(*one) for one in row.groups or ()),
        "instrument_numbers": frozenset(row.numbers or ()),
        "tasks": tuple(_task(*one) for one in row.tasks or ()),
        "plans": tuple(PlanFact(code, steward, _span(*span)) for code, steward, *span in row.plans or ()),
    }


def _version(
    agency: str, first: str | None, last: str | None, name: str, parent: str | None, province: str | None
) -> VersionFact:
    return VersionFact(agency, _span(first, last), name, parent, province)


def _succession(
    code: str,
    old: str,
    new: list[str] | None,
    day: str,
    basis: str,
    state: str,
    open_lines: int,
    partial: list[str] | None,
) -> SuccessionFact:
    day_of_effect = date.fromisoformat(day)
    return SuccessionFact(
        code, old, tuple(new or ()), day_of_effect, basis, state, open_lines, frozenset(partial or ())
    )


def _task(code: str, plan: str, kind: str, named: list[list[str]] | None) -> TaskFact:
    return TaskFact(code, plan, kind, tuple((part, party) for part, party in named or ()))


def _span(first: str | None, last: str | None) -> Span:
    return Span(_day(first), _day(last))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
