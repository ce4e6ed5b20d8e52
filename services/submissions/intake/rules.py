"""When a report is large, and what a caller prefers. Values in, values out."""

from uuid import UUID

from kernel.jobs import public_id

MEBIBYTE = 1024 * 1024
LARGE_FROM = 16 * MEBIBYTE
"""A body of more bytes is checked by the worker."""
WORKBOOK_LARGE_FROM = 2 * MEBIBYTE
"""The same of a workbook, which is a compressed thing: 7 MiB of it may hold two million cells."""
WHOLE_LIMIT = 64 * MEBIBYTE
"""What is read as a whole (JSON, XLSX, SDMX-CSV, sections of words) may have so many bytes."""
MOST_WAITING = 20
"""Uploads of one agency that wait or run at the same time."""
PREFIX = "sub_"
"""Tells the gateway whose job it is."""


def prefers_async(prefer: str) -> bool:
    """Say whether a caller prefers an answer at once and the result later (RFC 7240)."""
    wishes = (wish.partition(";")[0].partition("=")[0].strip().lower() for wish in prefer.split(","))
    return "respond-async" in wishes


def shown_id(job: UUID) -> str:
    """Return the id of a job as callers see it."""
    return public_id(PREFIX, job)
