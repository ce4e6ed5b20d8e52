"""Why the forms refuse."""

from kernel.errors import NotFound, Unprocessable


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


class FormNotOwed(Unprocessable):
    """The occurrence is answered on another form, or on none."""

    code = "form_not_owed"
    title = "The occurrence is not answered on this form"

    def __init__(self, form: str, owed: str | None) -> None:
        super().__init__(f"The occurrence is not answered on {form}.", form=form, owed=owed)


class PublishedVersionChanged(Exception):
    """A published version differs from what was published: a mistake in the installation, not of a caller."""

    def __init__(self, form: str, version: int) -> None:
        super().__init__(
            f"{form} version {version} was published with other content; a change needs a new version"
        )
