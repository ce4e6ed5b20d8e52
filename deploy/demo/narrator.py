"""How the demo speaks: scenes, sentences and small tables on the screen; silent in tests."""

import sys
from collections.abc import Iterable, Sequence

_BOLD, _GREEN = "\033[1m", "\033[32m"


class Narrator:
    """Tells the story as it happens, and stops it when something is not as it must be."""

    def __init__(self, *, aloud: bool = True) -> None:
        self._aloud = aloud
        self._scene = 0

    def scene(self, title: str) -> None:
        """Begin a new scene."""
        self._scene += 1
        self._print("\n" + _painted(_BOLD, f"{self._scene}. {title}"))

    def say(self, sentence: str) -> None:
        """Say one sentence."""
        self._print(f"   {sentence}")

    def table(self, rows: Iterable[Sequence[object]]) -> None:
        """Show rows in columns."""
        texts = [[str(cell) for cell in row] for row in rows]
        widths = [max(len(row[n]) for row in texts) for n in range(len(texts[0]))] if texts else []
        for row in texts:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self._print("     " + "  ".join(cells).rstrip())

    def expect(self, truth: bool, sentence: str) -> None:
        """Say what is true, or stop the story: then something is broken."""
        if not truth:
            raise StoryBroken(sentence)
        self._print(f"   {_painted(_GREEN, '✓')} {sentence}")

    def _print(self, text: str) -> None:
        if self._aloud:
            print(text, flush=True)


def _painted(colour: str, text: str) -> str:
    """Colour a text on a terminal; a file gets it plain."""
    return f"{colour}{text}\033[0m" if sys.stdout.isatty() else text


class StoryBroken(AssertionError):
    """The platform did something else than the story says; the text is the sentence that was not true."""
