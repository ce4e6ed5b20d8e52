"""Why the registry refuses something about instruments."""

from kernel.errors import Conflict, NotFound, Unprocessable


class InstrumentUnknown(NotFound):
    """No instrument has this code."""

    code = "instrument_unknown"
    title = "There is no such instrument"

    def __init__(self, instrument: str) -> None:
        super().__init__(f"No instrument has the code {instrument}.", instrument=instrument)


class InstrumentExists(Conflict):
    """The code is taken."""

    code = "instrument_exists"
    title = "An instrument has this code already"

    def __init__(self, instrument: str) -> None:
        super().__init__(f"The code {instrument} is taken.", instrument=instrument)


class InstrumentReferenceWrong(Unprocessable):
    """An instrument names an issuer or a basis that is not registered."""

    code = "instrument_reference_invalid"
    title = "An issuer or a basis is not registered"

    def __init__(self, field: str, values: list[str]) -> None:
        super().__init__(
            f"Not registered: {', '.join(values)}.",
            errors=[
                {"rule": "registered", "severity": "error", "pointer": f"/{field}", "value": v} for v in values
            ],
        )
