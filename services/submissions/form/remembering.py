"""What follows from a form alone is worked out once for as long as the very same form is asked about."""

from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from services.submissions.form.definition import FormDefinition

P = ParamSpec("P")
R = TypeVar("R")

REMEMBERED = 64


class ThisForm:
    """A form as the key of a memory: the same object, not one that is equal. Comparing forms would take longer."""

    __slots__ = ("form",)

    def __init__(self, form: FormDefinition) -> None:
        self.form = form

    def __hash__(self) -> int:
        return id(self.form)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ThisForm) and self.form is other.form


def once_a_form(make: Callable[Concatenate[FormDefinition, P], R]) -> Callable[Concatenate[FormDefinition, P], R]:
    """Remember what a function made of the last forms. The result must not be changed by whoever gets it."""

    @lru_cache(maxsize=REMEMBERED)
    def made(this: ThisForm, rest: tuple[Hashable, ...]) -> R:
        return cast("Callable[..., R]", make)(this.form, *rest)

    @wraps(make)
    def remembered(form: FormDefinition, *rest: Hashable) -> R:
        return made(ThisForm(form), rest)

    return cast("Callable[Concatenate[FormDefinition, P], R]", remembered)
