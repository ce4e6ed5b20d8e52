"""Which of the formats on offer an `Accept` asks for."""

from collections.abc import Sequence

from kernel.errors import NotAcceptable


def choose_format(accept: str | None, offered: Sequence[str], also: dict[str, str]) -> str:
    """Return the media type on offer that is wanted most; the first where nothing is said. Refuse where none is.

    `also` holds plain names of the formats (`application/json`). A version that is asked for must be ours.
    """
    if not accept or not accept.strip():
        return offered[0]
    wanted = sorted(map(_read, accept.split(",")), key=lambda one: -one[2])
    for name, version, quality in wanted:
        for full in offered:
            if quality > 0 and _fits(name, version, full, also):
                return full
    raise NotAcceptable(f"On offer: {', '.join(offered)}.", offered=list(offered))


def _read(part: str) -> tuple[str, str | None, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    given = dict(one.partition("=")[::2] for one in parameters)
    return name, given.get("version", "").strip('"') or None, _quality(given.get("q", "1"))


def _quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0


def _fits(name: str, version: str | None, full: str, also: dict[str, str]) -> bool:
    base, _, own = full.partition(";version=")
    names = (base, "*/*", f"{base.split('/')[0]}/*", *(plain for plain, meant in also.items() if meant == full))
    return name in names and version in (None, own)
