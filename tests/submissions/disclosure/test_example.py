"""The worked example of docs/confidentiality.md is what the code does."""

from services.submissions.disclosure.answering import SUPPRESSED, disclose_groups
from services.submissions.disclosure.release import Release
from tests.conftest import ROOT
from tests.submissions.disclosure.attacker import snapshot

COLUMNS = ("agency", "sex", "country")
Rows = list[list[str]]


def tables() -> list[Rows]:
    """Return the tables of the example, without their heads."""
    text = (ROOT / "docs" / "confidentiality.md").read_text("utf-8")
    section = text.split("## An example", 1)[1].split("\n## ", 1)[0]
    found: list[Rows] = [[]]
    for line in section.splitlines():
        if line.startswith("|"):
            found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
        elif found[-1]:
            found.append([])
    return [rows[2:] for rows in found if rows]


def test_the_example_of_the_documentation_is_computed():
    first, margins, second, margins_after = tables()
    released = Release()
    reports: dict[str, dict[tuple[str, ...], int]] = {}

    assert accept(released, reports, first) == {tuple(row[:3]): row[4] for row in first}
    assert grouped(released, margins) == [shown for _, shown in margins]
    assert accept(released, reports, second) == {tuple(row[:3]): row[4] for row in second}
    assert grouped(released, margins_after) == [shown for _, shown in margins_after]
    assert len(first) == 8
    assert len(margins) == 5


def accept(
    released: Release, reports: dict[str, dict[tuple[str, ...], int]], rows: Rows
) -> dict[tuple[str, ...], str]:
    """Take in one day's reports, and return what is shown of the rows."""
    for agency, sex, country, value, _ in rows:
        reports.setdefault(agency, {})[sex, country] = int(value)
    released.take_in({row[0]: reports[row[0]] for row in rows})
    cells = snapshot(released)
    shown = disclose_groups((key, cell) for key, cell in cells.items())
    keys = [tuple(row[:3]) for row in rows]
    return {
        key: "waits" if key not in shown else SUPPRESSED if shown[key].value is None else str(shown[key].value)
        for key in keys
    }


def grouped(released: Release, rows: Rows) -> list[str]:
    """Return the margins as the documentation writes them."""
    found = []
    for name, _ in rows:
        at = [COLUMNS.index(column) for column in name.split(", ")] if name != "everything" else []
        cells = sorted(snapshot(released).items())
        figures = disclose_groups((tuple(key[place] for place in at), cell) for key, cell in cells)
        values = {codes: SUPPRESSED if one.value is None else str(one.value) for codes, one in figures.items()}
        found.append(", ".join(" ".join([*codes, shown]) for codes, shown in sorted(values.items())))
    return found
