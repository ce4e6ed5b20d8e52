"""All tables of the registry in one metadata: importing this module registers every table class."""

from importlib import import_module

from services.registry.base import metadata

SLICES = (
    "loading",
    "province",
    "agency",
    "contact",
    "importing",
    "succession",
    "group",
    "instrument",
    "plan",
    "obligation",
    "calendar",
    "job",
    "plan_document",
)

for _slice in SLICES:
    import_module(f"services.registry.{_slice}.tables")

__all__ = ["metadata"]
