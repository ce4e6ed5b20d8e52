"""Which of our two languages a caller wants to read."""

from typing import Annotated

from fastapi import Depends, Header

KNOWN = ("vi", "en")


def choose_language(header: str | None) -> str:
    """Return `vi` or `en`, whichever an Accept-Language header prefers; Vietnamese when it says neither."""
    wanted = [_weighed(part) for part in (header or "").split(",")]
    ranked = sorted((one for one in wanted if one[1] in KNOWN and one[0] > 0), key=lambda one: -one[0])
    return ranked[0][1] if ranked else KNOWN[0]


def _weighed(part: str) -> tuple[float, str]:
    tag, _, options = part.strip().partition(";")
    name, _, weight = options.strip().partition("=")
    language = tag.strip().lower().split("-", 1)[0]
    if name.strip() != "q":
        return 1.0, language
    try:
        return float(weight), language
    except ValueError:
        return 0.0, language


async def _language(
    header: Annotated[
        str | None, Header(alias="Accept-Language", description="`vi` (default) or `en`.", examples=["vi"])
    ] = None,
) -> str:
    return choose_language(header)


Language = Annotated[str, Depends(_language)]
