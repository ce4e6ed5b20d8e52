"""All tables of submissions in one metadata: importing this module registers every table class."""

from importlib import import_module

from services.submissions.base import metadata

SLICES = (
    "projection",
    "form",
    "cycle",
    "submission",
    "intake",
    "review",
    "finding",
    "exception",
    "attachment",
    "comment",
    "delegation",
    "paper_receipt",
    "consolidation",
    "data",
)

for _slice in SLICES:
    import_module(f"services.submissions.{_slice}.tables")

__all__ = ["metadata"]
