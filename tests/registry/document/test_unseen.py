"""Plans, a circular and a letter of our own wording, of provinces that the reference files do not have.

Their answers were written before the reader saw them. Each is read as lines, as a Word file and as a workbook.
"""

import unicodedata
from functools import cache

import pytest

from services.registry.document.files import DOCX, XLSX
from services.registry.document.proposal import PartRead
from services.registry.document.reader import read_bytes, read_document
from tests.registry.document.office import as_docx, as_xlsx, flattened
from tests.registry.document.unseen.book import the_wider_book
from tests.registry.document.unseen.gold import (
    NAMES,
    gold_of,
    read_facts,
    read_obligation,
    read_task,
    text_of,
    wanted_obligation,
    wanted_task,
)

FORMS = ("text", "docx", "xlsx")


@cache
def part_of(name: str, form: str) -> PartRead:
    text = text_of(name)
    if form == "docx":
        proposal = read_bytes(as_docx(text), DOCX, the_wider_book())
    elif form == "xlsx":
        proposal = read_bytes(as_xlsx(text), XLSX, the_wider_book())
    else:
        proposal = read_document(flattened(text), the_wider_book())
    (part,) = proposal.parts
    return part


def tasks_of(part: PartRead, gold):
    wanted = gold["tasks"]
    return {task.code: read_task(task, wanted.get(task.code, {})) for task in part.tasks}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_the_facts_of_an_unseen_instrument_are_read(name, form):
    assert read_facts(part_of(name, form)) == gold_of(name)["instrument"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", [name for name in NAMES if "tasks" in gold_of(name)])
def test_every_task_of_an_unseen_plan_is_read_and_none_is_invented(name, form):
    gold = gold_of(name)

    assert tasks_of(part_of(name, form), gold) == {code: wanted_task(t) for code, t in gold["tasks"].items()}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_every_duty_to_report_of_an_unseen_document_is_read_and_none_is_invented(name, form):
    read = [read_obligation(o) for o in part_of(name, form).obligations]

    assert read == [wanted_obligation(o) for o in gold_of(name)["obligations"]]


@pytest.mark.parametrize("name", NAMES)
def test_the_form_of_the_letters_changes_nothing(name):
    text = flattened(text_of(name))
    as_it_is = read_document(text, the_wider_book())

    assert read_document(unicodedata.normalize("NFD", text), the_wider_book()) == as_it_is
    assert len(as_it_is.parts) == 1
