"""Long words of reporters: in a document they are shortened so that all fit, and say where they stand in full."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.submissions.report.content import printable
from services.submissions.report.rules import longest_text
from services.submissions.report.speech import Speech

BUDGET = 600_000
"""Characters of reporters' words in one document: about two hundred pages."""
LEAST, MOST = 300, 6_000


@dataclass(frozen=True, slots=True)
class Shortening:
    """To which length single texts are shortened."""

    longest: int

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Shortening":
        """Return the shortening by which all texts fit."""
        return cls(longest_text(map(len, texts), budget=BUDGET, least=LEAST, most=MOST))

    def shorten(self, text: str, source: int, speech: Speech) -> list[str]:
        """Return the paragraphs of a text, at least one; a shortened one ends with where it stands in full.

        Source 0 is the report itself.
        """
        whole = printable(text).strip()
        if len(whole) > self.longest:
            kept = whole[: self.longest].rsplit(maxsplit=1)[0].rstrip(" ,;")
            whole = speech.say("shortened", text=kept, source=source) if source else f"{kept} […]"
        paragraphs = [" ".join(line.split()) for line in whole.split("\n")]
        return [one for one in paragraphs if one] or [""]
