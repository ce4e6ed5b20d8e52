"""What is confidential stays so in later versions and other forms: writing a form gives nobody a right by it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from services.submissions.disclosure.rights import is_protected
from services.submissions.form.definition import Confidentiality, FormContent
from services.submissions.form.errors import FormOpensFigures

Guards = dict[str, set[str]]
"""By indicator, the confidential tables in which published versions have it."""


def require_guarded(form: FormContent, published: Iterable[dict[str, Any]]) -> None:
    """Refuse a form that has an indicator outside the confidential tables in which published ones have it.

    A whole on the form, and figures by group of indicators, would open what was reported under them.
    """
    guards = guards_of(published)
    errors = [
        {
            "rule": "indicator_opened",
            "severity": "error",
            "pointer": f"/content/tables/{number}/indicators/{place}/code",
            "value": indicator.code,
            "tables": sorted(guards[indicator.code]),
        }
        for number, table in enumerate(form.tables)
        for place, indicator in enumerate(table.indicators)
        if indicator.code in guards
        and not (is_protected(table.confidentiality) and table.code in guards[indicator.code])
    ]
    if errors:
        raise FormOpensFigures(errors)


def guards_of(published: Iterable[dict[str, Any]]) -> Guards:
    """Return where published definitions have confidential indicators."""
    found: Guards = defaultdict(set)
    for definition in published:
        for table in definition.get("tables", ()):
            if is_protected(Confidentiality(table["confidentiality"])):
                for indicator in table["indicators"]:
                    found[indicator["code"]].add(table["code"])
    return dict(found)
