"""In which format an answer goes out: what `format` names, else what `Accept` wants most."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from kernel.errors import NotAcceptable

K = TypeVar("K", bound=str)


class Format(StrEnum):
    """The formats on offer, by the names that `format` takes."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    SDMX_CSV = "sdmx-csv"
    SDMX_JSON = "sdmx-json"


MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.SDMX_CSV: "application/vnd.sdmx.data+csv;version=2.0.0",
    Format.SDMX_JSON: "application/vnd.sdmx.data+json;version=2.0.0",
}


def choose_format(named: str | None, accept: str | None) -> Format:
    """Return the format that is asked for; JSON where nothing is said. Refuse what is not on offer."""
    if named is not None:
        if named in frozenset(Format):
            return Format(named)
        raise _refusal()
    if not accept or not accept.strip():
        return Format.JSON
    kind = _most_wanted(accept, MEDIA_TYPES)
    if kind is None:
        raise _refusal()
    return kind


def require_acceptable(accept: str | None, *offered: str) -> None:
    """Refuse a caller that takes none of the media types; the first of them is what goes out."""
    if accept and accept.strip() and _most_wanted(accept, {one: one for one in offered}) is None:
        raise NotAcceptable(f"On offer: {offered[0]}.", offered=[offered[0]])


def _most_wanted(accept: str, offered: Mapping[K, str]) -> K | None:
    for name, version, quality in sorted(map(_read, accept.split(",")), key=lambda one: -one[2]):
        for kind, full in offered.items():
            if quality > 0 and _fits(name, version, full):
                return kind
    return None


def _refusal() -> NotAcceptable:
    offered = [*Format, *MEDIA_TYPES.values()]
    return NotAcceptable(f"On offer: {', '.join(offered)}.", offered=offered)


def _read(part: str) -> tuple[str, str | None, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    given = {key.strip(): value.strip() for key, _, value in (one.partition("=") for one in parameters)}
    return name, given.get("version", "").strip('"') or None, _quality(given.get("q", "1"))


def _quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0


def _fits(name: str, version: str | None, full: str) -> bool:
    base, _, own = full.partition(";version=")
    return name in (base, "*/*", f"{base.split('/')[0]}/*") and version in (None, own or None)
