"""What was loaded before, so that loading again changes nothing."""

from sqlmodel import Field

from services.registry.base import TEXT, RegistryRow


class LoadedLine(RegistryRow, table=True):
    """One line of a reference file as it was when it was last loaded."""

    __tablename__ = "loaded_line"

    file: str = Field(sa_type=TEXT, primary_key=True)
    key: str = Field(sa_type=TEXT, primary_key=True)
    digest: str = Field(sa_type=TEXT)
