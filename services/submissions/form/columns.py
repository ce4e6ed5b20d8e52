"""Whether each column of a form's files has names of its own: looked at when it is published."""

from kernel.text import fold
from services.submissions.checking.read_csv import COLUMNS
from services.submissions.form.definition import FormContent
from services.submissions.form.errors import FormColumnsAlike


def require_columns(form: FormContent) -> None:
    """Refuse dimensions that are called like another column: files are read by these names, whatever their
    accents and case."""
    known = {fold(name): code for code, names in COLUMNS.items() for name in names}
    errors = []
    for number, dimension in enumerate(form.dimensions):
        for field in ("code", "title_vi", "title_en"):
            name = getattr(dimension, field)
            if known.setdefault(fold(name), dimension.code) != dimension.code:
                pointer = f"/content/dimensions/{number}/{field}"
                errors.append({"pointer": pointer, "value": name, "column": known[fold(name)]})
    if errors:
        raise FormColumnsAlike(errors)
