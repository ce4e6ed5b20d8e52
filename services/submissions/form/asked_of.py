"""Whether there is anybody of whom a form asks its parts: looked at when it is published."""

from collections.abc import Collection, Iterator
from typing import Any

from services.submissions.form.definition import FormContent
from services.submissions.form.errors import FormAsksNobody


def require_somebody(form: FormContent, kinds: Collection[str], plans: Collection[str | None]) -> None:
    """Refuse kinds of agency and plans that nobody has: a part with a misspelt one would be owed by nobody."""
    errors = [
        {"pointer": pointer, "value": code}
        for pointer, code, known in _named(form, kinds, plans)
        if code not in known
    ]
    if errors:
        raise FormAsksNobody(errors)


def _named(
    form: FormContent, kinds: Collection[str], plans: Collection[str | None]
) -> Iterator[tuple[str, str, Collection[Any]]]:
    for number, table in enumerate(form.tables):
        here = f"/content/tables/{number}"
        yield from ((f"{here}/plans/{at}", plan, plans) for at, plan in enumerate(table.plans))
        yield from ((f"{here}/reporters/{at}", kind, kinds) for at, kind in enumerate(table.reporters))
        for place, one in enumerate(table.indicators):
            there = f"{here}/indicators/{place}/reporters"
            yield from ((f"{there}/{at}", kind, kinds) for at, kind in enumerate(one.reporters))
