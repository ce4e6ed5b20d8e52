"""How figures of a form are called in SDMX: its components, codes and structure. Values in, values out.

Identifiers of SDMX have no points, so `LABOUR.OUT.FLOW` is `LABOUR_OUT_FLOW`; messages that are sent in are read
the same way. Every figure has a code of every dimension: `_T` where its codes were put together, `_Z` where the
indicator does not have the dimension.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from services.submissions.data.answer import Answer, Figure
from services.submissions.data.errors import QueryRefused
from services.submissions.data.wanted import Column, Wanted, column_of

OWNER = "GCM"
INDICATOR, REPORTER, TIME_PERIOD = "INDICATOR", "REPORTER", "TIME_PERIOD"
TOTAL, NOT_APPLICABLE = "_T", "_Z"
STATUSES = {"value": "A", "not_available": "O", "not_applicable": "M", "suppressed": "Q"}
"""Normal; missing; missing, for it cannot exist; missing, for it is suppressed (CL_OBS_STATUS)."""
ACTIONS = {"I": "I", "R": "R", "D": "D", None: "I"}


def sdmx_id(code: str) -> str:
    """Return a code as SDMX writes it."""
    return code.replace(".", "_")


def structure_id(form: str, version: int) -> str:
    """Return what names the structure of a version in a row of SDMX-CSV."""
    return f"{OWNER}:{form}({version}.0)"


def dataflow_urn(form: str, version: int) -> str:
    """Return what names the dataflow everywhere."""
    return f"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow={structure_id(form, version)}"


def version_of(answer: Answer) -> int:
    """Return the version by whose structure an answer is written: the highest that its reports were made by."""
    return max(answer.versions, default=answer.book.newest.version)


def _dimensions_of(answer: Answer) -> list[str]:
    """Return the dimensions of that version, and of others only what their reports have besides."""
    versions = [version_of(answer), *answer.versions]
    return list(dict.fromkeys(one.code for number in versions for one in answer.book.versions[number].dimensions))


@dataclass(frozen=True, slots=True)
class Component:
    """A dimension of the structure, and where an answer has it."""

    id: str
    dimension: str | None
    """The form's dimension; none for indicator, reporter and period."""
    at: int | None
    """The number of its column; none where its codes were put together."""
    fixed: str | None = None
    """The only code that was asked for."""

    @property
    def is_coded(self) -> bool:
        """Say whether its codes are a list of the form, and so are written the way of SDMX."""
        return self.dimension is not None or self.id == INDICATOR


def components_of(answer: Answer) -> list[Component]:
    """Return the dimensions of the structure in their order."""
    columns, wanted = list(answer.columns), answer.wanted

    def made(id_: str, dimension: str | None, column: str, asked: Sequence[str]) -> Component:
        at = columns.index(column) if column in columns else None
        return Component(id_, dimension, at, asked[0] if len(asked) == 1 else None)

    return [
        made(INDICATOR, None, Column.INDICATOR, ()),
        made(REPORTER, None, Column.AGENCY, wanted.agencies),
        *(
            made(sdmx_id(name).upper(), name, column_of(name), wanted.dimensions.get(name, ()))
            for name in _dimensions_of(answer)
        ),
        made(TIME_PERIOD, None, Column.PERIOD, wanted.periods),
    ]


class KeyMaker:
    """Makes the key of a figure: a code of every dimension."""

    def __init__(self, answer: Answer) -> None:
        self.components = components_of(answer)
        names = {
            code: {use.dimension for use in facts.indicator.dimensions}
            for code, facts in answer.book.indicators.items()
        }
        self._at = next(one.at for one in self.components if one.id == INDICATOR)
        self._names = names

    def key(self, figure: Figure) -> list[str]:
        """Return the codes in the order of the structure."""
        assert self._at is not None
        own = self._names[figure.codes[self._at] or ""]
        return [self._code(one, figure, own) for one in self.components]

    def _code(self, component: Component, figure: Figure, own: set[str]) -> str:
        if component.at is not None:
            code = figure.codes[component.at]
            return NOT_APPLICABLE if code is None else sdmx_id(code) if component.is_coded else code
        if component.dimension is not None and component.dimension not in own:
            return NOT_APPLICABLE
        return sdmx_id(component.fixed) if component.fixed and component.is_coded else component.fixed or TOTAL


def require_expressible(wanted: Wanted) -> None:
    """Refuse an answer that the structure has no words for."""
    errors = list(_inexpressible(wanted)) if wanted.group_by is not None else []
    if errors:
        raise QueryRefused(errors)


def _inexpressible(wanted: Wanted) -> Iterator[dict[str, Any]]:
    grouped = wanted.group_by or ()
    if Column.PERIOD not in grouped and len(wanted.periods) != 1:
        yield _refusal("sdmx_needs_period", "A figure of SDMX has a period: group by `period`, or ask for one.")
    if Column.AGENCY not in grouped:
        if {Column.PROVINCE, Column.OBLIGATION} & set(grouped):
            yield _refusal("sdmx_needs_agency", "`province` and `obligation` go with `agency`: group by it.")
        if len(wanted.agencies) > 1 or wanted.provinces or wanted.obligations or wanted.plans:
            yield _refusal("sdmx_needs_agency", "Of some reporters SDMX names no total: group by `agency`.")
    for name, codes in wanted.dimensions.items():
        if wanted.joins_codes(name) and len(codes) > 1:
            text = f"Of some codes SDMX names no total: group by `{column_of(name)}`, or ask for one."
            yield _refusal("sdmx_needs_dimension", text, dimension=name)


def _refusal(rule: str, message: str, **facts: str) -> dict[str, Any]:
    return {"parameter": "group_by", "rule": rule, **facts, "message": message}
