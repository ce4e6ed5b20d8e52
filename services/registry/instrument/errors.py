"""Why the registry refuses something about instruments."""

from collections.abc import Mapping, Sequence

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
    """An instrument names an issuer or other instruments that are not registered."""

    code = "instrument_reference_invalid"
    title = "An issuer or a basis is not registered"

    def __init__(self, missing: Mapping[str, Sequence[str]]) -> None:
        listed = [value for values in missing.values() for value in values]
        super().__init__(
            f"Not registered: {', '.join(listed)}.",
            errors=[
                {"rule": "registered", "severity": "error", "pointer": f"/{field}", "value": value}
                for field, values in missing.items()
                for value in values
            ],
        )


class InstrumentLinksWrong(Unprocessable):
    """Together with what stays, the changed days or links do not fit."""

    code = "instrument_facts_invalid"
    title = "The days or links of the instrument do not fit together"


class InstrumentCycle(Unprocessable):
    """An instrument would stand on itself, by itself or through others."""

    code = "instrument_cycle"
    title = "An instrument cannot stand on itself"

    def __init__(self, instrument: str) -> None:
        super().__init__(
            f"With these links {instrument} stands on itself.",
            instrument=instrument,
            errors=[{"rule": "cycle", "severity": "error", "pointer": "/based_on", "value": instrument}],
        )


class FileUnknown(NotFound):
    """The instrument has no such file."""

    code = "file_unknown"
    title = "There is no such file"

    def __init__(self, instrument: str, file: str) -> None:
        super().__init__(f"{instrument} has no file {file}.", instrument=instrument, file=file)
