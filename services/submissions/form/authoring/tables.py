"""The tables of a form, put together from the reference list of categories and a list of what is asked."""

from pathlib import Path

from services.submissions.form.authoring.code_lists import Row, build_dimensions, read_rows
from services.submissions.form.definition import (
    Confidentiality,
    Dimension,
    DimensionUse,
    Direction,
    Indicator,
    Measure,
    RollUp,
    RollUpRule,
    Section,
    Table,
)

ANY = "*"
PLANS_OF = {"BORDER": ("KH-KONTUM-2020",)}
NOTES = {
    "PROSECUTION": "Persons at each stage, not cases.",
    "CITIZEN_REG": "The count only; no registration.",
}
DIRECTIONS = {
    Direction.OUT: ("ra nước ngoài", "outbound"),
    Direction.IN: ("vào Việt Nam", "inbound"),
    Direction.RETURN: ("trở về", "return"),
    Direction.DOMESTIC: ("trong nước", "domestic"),
}
MEASURES = {
    Measure.FLOW: ("phát sinh trong kỳ", "during the period"),
    Measure.STOCK: ("có đến cuối kỳ", "at the end of the period"),
}


def build_tables(
    data: Path, asked: str, across_agencies: RollUpRule = RollUpRule.SUM, *, by_kind: bool = False
) -> tuple[tuple[Table, ...], tuple[Dimension, ...]]:
    """Return the tables of a form with their code lists; `asked` names the list of its indicators.

    With `by_kind` each kind of reporter is asked for what it can know, by the list of reporters.
    """
    rows = read_rows(data / "forms" / "sources" / f"{asked}.csv")
    tables = tuple(
        _table(category, [row for row in rows if row["table"] == category["code"]], across_agencies)
        for category in read_rows(data / "migration_categories.csv")
        if any(row["table"] == category["code"] for row in rows)
    )
    used = {use.dimension for table in tables for ind in table.indicators for use in ind.dimensions}
    if by_kind:
        asked_of = read_rows(data / "forms" / "sources" / "reporters.csv")
        tables = tuple(_asked_of_kinds(table, asked_of) for table in tables)
    return tables, build_dimensions(data, used)


def _asked_of_kinds(table: Table, asked_of: list[Row]) -> Table:
    """The first line that names the table and direction says which kinds owe an indicator; without one, all do."""
    narrowed = tuple(
        indicator.model_copy(update={"reporters": _kinds(table.code, indicator.direction, asked_of)})
        for indicator in table.indicators
    )
    return table.model_copy(update={"indicators": narrowed})


def _kinds(table: str, direction: Direction, asked_of: list[Row]) -> tuple[str, ...]:
    named = (
        row for row in asked_of if row["table"] in (table, ANY) and row["direction"] in (direction.value, ANY)
    )
    row = next(named, None)
    return tuple(row["kinds"].split("|")) if row else ()


def build_sections(data: Path, form: str) -> tuple[Section, ...]:
    """Return the narrative sections of a form."""
    return tuple(
        Section(
            key=row["key"],
            title_vi=row["title_vi"],
            title_en=row["title_en"],
            required=row["required"] == "true",
        )
        for row in read_rows(data / "forms" / "sources" / "sections.csv")
        if row["form"] == form
    )


def _table(category: Row, asked: list[Row], across_agencies: RollUpRule) -> Table:
    return Table(
        code=category["code"],
        title_vi=category["name_vi"],
        title_en=category["name_en"],
        confidentiality=_confidentiality(category),
        origin=category["origin"],
        source_refs=category["source_refs"],
        indicative_holders=tuple(category["indicative_holders"].split("|")),
        plans=PLANS_OF.get(category["code"], ()),
        note=NOTES.get(category["code"]),
        indicators=tuple(_indicator(category, row, across_agencies) for row in asked),
    )


def _confidentiality(category: Row) -> Confidentiality:
    """The registration of citizens is personal data; of the count that we take, only small cells are."""
    if category["code"] == "CITIZEN_REG":
        return Confidentiality.RESTRICTED_SMALL_CELLS
    return Confidentiality(category["confidentiality"])


def _indicator(category: Row, row: Row, across_agencies: RollUpRule) -> Indicator:
    direction, measure = Direction(row["direction"]), Measure(row["measure"])
    (where_vi, where_en), (when_vi, when_en) = DIRECTIONS[direction], MEASURES[measure]
    over_time = RollUpRule.SUM if measure is Measure.FLOW else RollUpRule.LATEST
    return Indicator(
        code=f"{category['code']}.{direction}.{measure}",
        title_vi=f"{category['name_vi']} – {where_vi}, {when_vi}",
        title_en=f"{category['name_en']} – {where_en}, {when_en}",
        direction=direction,
        measure=measure,
        roll_up=RollUp(across_agencies=across_agencies, across_time=over_time),
        dimensions=tuple(_use(text) for text in row["dimensions"].split("|")),
    )


def _use(text: str) -> DimensionUse:
    """`province` may be left out, `sex!` must be given, `partner_country!:LA+KH` takes these codes only."""
    name, _, only = text.partition(":")
    return DimensionUse(
        dimension=name.rstrip("!"),
        required=name.endswith("!"),
        only=tuple(only.split("+")) if only else (),
    )
