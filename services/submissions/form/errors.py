"""Why the forms refuse."""

from datetime import date
from typing import Any

from kernel.errors import Conflict, Forbidden, NotFound, Unprocessable


class FormNotFound(NotFound):
    """No such form, or no such version of it."""

    code = "form_not_found"

    def __init__(self, form: str, version: int | None = None) -> None:
        which = form if version is None else f"{form}, version {version}"
        super().__init__(f"There is no form {which}.", form=form, form_version=version)


class TemplateUnavailable(Unprocessable):
    """The template is not made in this format."""

    code = "template_unavailable"
    title = "There is no template in this format"

    def __init__(self, wanted: str, available: list[str]) -> None:
        super().__init__(f"Templates are not made as {wanted}.", format=wanted, available=available)


class PreviousTooLarge(Conflict):
    """A template would begin from a version that has too many figures for that."""

    code = "previous_too_large"
    title = "What was accepted last is too large to begin a template from"

    def __init__(self, figures: int, limit: int) -> None:
        super().__init__(
            f"What was accepted last has {figures} figures; a template begins from {limit} at most.",
            figures=figures,
            limit=limit,
        )


class FormNotOwed(Unprocessable):
    """The occurrence is answered on another form, or on none."""

    code = "form_not_owed"
    title = "The occurrence is not answered on this form"

    def __init__(self, form: str, owed: str | None) -> None:
        super().__init__(f"The occurrence is not answered on {form}.", form=form, owed=owed)


class FormDraftNotFound(NotFound):
    """No draft of this form that the caller may see."""

    code = "form_draft_not_found"

    def __init__(self, form: str) -> None:
        super().__init__(f"There is no draft of {form} that you may change.", form=form)


class FormExists(Conflict):
    """A form with this id is there already."""

    code = "form_exists"
    title = "The form exists"

    def __init__(self, form: str) -> None:
        super().__init__(f"{form} exists; change it with PUT /v1/forms/{form}/draft.", form=form)


class NotFormSteward(Forbidden):
    """Only the stewards of all plans that use a form, or an administrator, may change it."""

    code = "not_steward"
    title = "Only a steward may change this"

    def __init__(self, agency: str, plans: list[str]) -> None:
        super().__init__(f"{agency} is not the steward of every plan that uses the form.", plans=plans)


class PeriodTooEarly(Unprocessable):
    """A version would apply to periods before the one that it follows."""

    code = "form_period_too_early"
    title = "The version would apply before the one that it follows"

    def __init__(self, applies_from: date, earliest: date) -> None:
        super().__init__(
            f"It would apply from {applies_from}; the version before it applies from {earliest}.",
            applies_from=applies_from.isoformat(),
            earliest=earliest.isoformat(),
        )


class FormRulesWrong(Unprocessable):
    """Rules of the form cannot be read, or name what the form does not have."""

    code = "form_rules_wrong"
    title = "Rules of the form do not hold together"

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(f"{len(errors)} mistakes stand in the rules of the form.", errors=errors)


class FormAsksNobody(Unprocessable):
    """A part of the form is asked of kinds of agency, or under plans, of which there are none."""

    code = "form_asks_nobody"
    title = "Parts of the form would be owed by nobody"

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(
            f"{len(errors)} kinds of agency or plans are not known here: what is asked of them, nobody would owe.",
            errors=errors,
        )


class FormColumnsAlike(Unprocessable):
    """A dimension is called like another column of the form's files."""

    code = "form_columns_alike"
    title = "Columns of the form's files are called alike"

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(f"{len(errors)} names of dimensions mean another column too.", errors=errors)


class FormOpensFigures(Unprocessable):
    """The form has indicators outside the confidential tables in which published forms have them."""

    code = "form_opens_figures"
    title = "The form would open confidential figures"

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(f"{len(errors)} indicators are confidential in forms that are published.", errors=errors)


class PublishedVersionChanged(Exception):
    """A published version differs from what was published: a mistake in the installation, not of a caller."""

    def __init__(self, form: str, version: int) -> None:
        super().__init__(
            f"{form} version {version} was published with other content; a change needs a new version"
        )
