"""What a structure message holds, in either format: organisation schemes, dataflows, provision agreements.

Only what this registry has; everything is maintained by one SDMX agency, the hub itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from kernel.clock import VIETNAM

OWNER = "GCM"
SCHEME_VERSION = "1.0"
"""The version that SDMX gives to every organisation scheme."""


class StructureKind(StrEnum):
    """Which structures are asked for."""

    AGENCY_SCHEME = "agencyscheme"
    DATA_PROVIDER_SCHEME = "dataproviderscheme"
    DATA_CONSUMER_SCHEME = "dataconsumerscheme"
    ORGANISATION_UNIT_SCHEME = "organisationunitscheme"
    DATAFLOW = "dataflow"
    PROVISION_AGREEMENT = "provisionagreement"
    ALL = "all"

    def includes(self, other: "StructureKind") -> bool:
        """Whether an answer of this kind holds structures of another."""
        return self in (StructureKind.ALL, other)


@dataclass(frozen=True, slots=True)
class Names:
    """A name in both languages."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Note:
    """A fact that SDMX has no field for, as an annotation."""

    id: str
    value: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """One agency in a scheme."""

    id: str
    names: Names
    notes: tuple[Note, ...] = ()
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """The agencies of one part."""

    kind: StructureKind
    id: str
    names: Names
    organisations: tuple[Organisation, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """An obligation as a dataflow. Its form is an annotation: data structures are not published yet."""

    id: str
    version: str
    names: Names
    notes: tuple[Note, ...]
    valid_from: str | None
    valid_to: str | None

    @property
    def urn(self) -> str:
        return f"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow={OWNER}:{self.id}({self.version})"


@dataclass(frozen=True, slots=True)
class Agreement:
    """One reporter of one obligation."""

    flow: Flow
    provider: Organisation
    notes: tuple[Note, ...]

    @property
    def id(self) -> str:
        return f"{self.flow.id}@{self.provider.id}"

    @property
    def names(self) -> Names:
        own, whose = self.flow.names, self.provider.names
        return Names(f"{own.vi} – {whose.vi}", f"{own.en} – {whose.en}")

    @property
    def provider_urn(self) -> str:
        provider = f"{OWNER}:DATA_PROVIDERS({SCHEME_VERSION}).{self.provider.id}"
        return f"urn:sdmx:org.sdmx.infomodel.base.DataProvider={provider}"


@dataclass(frozen=True, slots=True)
class Structures:
    """Everything that one answer holds."""

    schemes: Sequence[Scheme] = ()
    flows: Sequence[Flow] = ()
    agreements: Sequence[Agreement] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """Who sends, and since when the content is as it is; the id follows from the content."""

    id: str
    prepared: datetime
    test: bool

    @property
    def prepared_at(self) -> str:
        return self.prepared.astimezone(VIETNAM).isoformat(timespec="seconds")


def begin_of(day: date | None) -> str | None:
    """Write the first instant of a day in Viet Nam."""
    return None if day is None else datetime.combine(day, time.min, tzinfo=VIETNAM).isoformat()


def end_of(day: date | None) -> str | None:
    """Write the last second of a day in Viet Nam."""
    return None if day is None else datetime.combine(day, time(23, 59, 59), tzinfo=VIETNAM).isoformat()
