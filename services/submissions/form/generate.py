"""Writes the form definitions in `data/forms`: `python -m services.submissions.form.generate`.

What is loaded is the JSON; a test compares it with what this command would write."""

import json
import sys
from pathlib import Path

from services.submissions.form.authoring.migration_data import build_migration_data
from services.submissions.form.authoring.national_reports import build_national_reports
from services.submissions.form.authoring.other_reports import build_other_reports
from services.submissions.form.authoring.plan_report import build_plan_report
from services.submissions.form.definition import FormDefinition
from services.submissions.form.document import as_document

DATA = Path("data")


def build_forms(data: Path) -> dict[str, FormDefinition]:
    """Return every form that we maintain, by the name of its file."""
    figures = [build_migration_data(data, version) for version in (1, 2)]
    words = [build_plan_report(version) for version in (1, 2)]
    forms = (*figures, *words, *build_other_reports(data), *build_national_reports(data))
    return {f"{form.id}-{form.version}.json": form for form in forms}


def as_file(form: FormDefinition) -> str:
    """Return the text that is kept."""
    return json.dumps(as_document(form), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write every form."""
    for name, form in build_forms(DATA).items():
        (DATA / "forms" / name).write_text(as_file(form), encoding="utf-8")
        sys.stdout.write(f"{name}: {len(form.tables)} tables\n")


if __name__ == "__main__":
    main()
