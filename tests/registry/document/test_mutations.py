"""Noise of scanning on documents that are read in full: nothing is invented, and nothing is surer than before.

The noise keeps the sense for a person: letters that look alike, lost accents, lines cut elsewhere, old tone marks,
decomposed letters.
"""

import random
import unicodedata
from functools import cache

import pytest

from kernel.text import nfc
from services.registry.document.proposal import PartRead
from services.registry.document.reader import read_document
from services.registry.document.text import flat
from tests.registry.document.builders import seed_text
from tests.registry.document.office import flattened
from tests.registry.document.unseen.book import the_wider_book
from tests.registry.document.unseen.gold import NAMES, text_of

OLD_TONES = {"òa": "oà", "óa": "oá", "ọa": "oạ", "ủy": "uỷ", "úy": "uý", "ùy": "uỳ", "Ủy": "Uỷ", "ÒA": "OÀ"}
LOOK_ALIKE = {"l": "1", "O": "0", "m": "rn"}
SEEDS = ("001", "002")


def rewrapped(text: str, chance: random.Random) -> str:
    """Cut long lines of prose in two, before a small letter."""
    lines = []
    for line in text.split("\n"):
        words = line.split(" ")
        at = chance.randrange(3, len(words)) if len(words) > 12 and "\t" not in line and "|" not in line else 0
        fits = at and words[at][:1].islower() and not words[at - 1].endswith((".", ":", ";", "-"))
        lines += [" ".join(words[:at]), " ".join(words[at:])] if fits else [line]
    return "\n".join(lines)


def in_old_tones(text: str, chance: random.Random) -> str:
    for new, old in OLD_TONES.items():
        text = "".join(part + (old if chance.random() < 0.5 else new) for part in text.split(new))[: -len(new)]
    return text


def decomposed(text: str, chance: random.Random) -> str:
    return "\n".join(unicodedata.normalize(chance.choice(["NFC", "NFD"]), line) for line in text.split("\n"))


def misread(text: str, chance: random.Random) -> str:
    """Misread three letters in a hundred: as a figure that looks like it, or without its accents."""
    return "".join(
        (LOOK_ALIKE.get(c) or (flat(c) if c.islower() else c)) if chance.random() < 0.03 else c for c in text
    )


HARMLESS = {"lines": rewrapped, "tones": in_old_tones, "letters": decomposed}


def document_of(name: str) -> str:
    return seed_text(name) if name in SEEDS else flattened(text_of(name))


@cache
def read(text: str) -> PartRead:
    return read_document(text, the_wider_book()).parts[-1]


def facts_of(part: PartRead):
    tasks = [
        (
            t.code,
            [n.read_as for n in t.leads],
            [n.read_as for n in t.coordinators],
            t.timeframe.mode,
            t.timeframe.end,
        )
        for t in part.tasks
    ]
    obligations = [
        (
            [n.read_as for n in o.reporters], [n.read_as for n in o.recipients], o.frequency.window,
            o.deadline.operator, o.deadline.month, o.deadline.day, o.deadline.days_after,
        )
        for o in part.obligations
    ]  # fmt: skip
    return tasks, obligations


@pytest.mark.parametrize("noise", HARMLESS)
@pytest.mark.parametrize("name", [*NAMES, *SEEDS])
def test_noise_that_keeps_the_letters_keeps_the_reading(name, noise):
    text = nfc(document_of(name))
    for number in range(3):
        noisy = HARMLESS[noise](text, random.Random(f"{name}{number}"))
        part = read_document(noisy, the_wider_book()).parts[-1]

        assert facts_of(part) == facts_of(read(text)), number


@pytest.mark.parametrize("name", [*NAMES, *SEEDS])
def test_misread_letters_invent_nobody_and_are_not_surer(name):
    text = nfc(document_of(name))
    known = {n.read_as for t in read(text).tasks for n in (*t.leads, *t.coordinators)}
    known |= {n.read_as for o in read(text).obligations for n in (*o.reporters, *o.recipients)} | {None}
    for number in range(4):
        noisy = misread(text, random.Random(f"{name}{number}"))
        for part in read_document(noisy, the_wider_book()).parts:
            named = [n for t in part.tasks for n in (*t.leads, *t.coordinators)]
            named += [n for o in part.obligations for n in (*o.reporters, *o.recipients)]

            invented = {(n.printed, n.read_as) for n in named if n.read_as not in known and n.confidence >= 0.9}
            assert invented == set(), number
