"""An answer as SDMX-CSV 2.0: what a report of the same form could be sent with. Machines read it: text stays."""

import csv
import io
from collections.abc import Sequence

from services.submissions.data.answer import Answer, Figure
from services.submissions.data.sdmx import ACTIONS, STATUSES, KeyMaker, structure_id, version_of
from services.submissions.data.writing import plain


class SdmxCsvWriter:
    """Writes SDMX-CSV."""

    def __init__(self, answer: Answer) -> None:
        self._keys = KeyMaker(answer)
        self._structure = ["dataflow", structure_id(answer.wanted.form, version_of(answer))]

    def begin(self) -> bytes:
        names = [one.id for one in self._keys.components]
        return _lines([["STRUCTURE", "STRUCTURE_ID", "ACTION", *names, "OBS_VALUE", "OBS_STATUS", "REASON"]])

    def write(self, figures: Sequence[Figure]) -> bytes:
        return _lines([self._line(figure) for figure in figures])

    def end(self) -> bytes:
        return b""

    def _line(self, figure: Figure) -> list[str]:
        action = ACTIONS[figure.action]
        content = ["", "", ""] if action == "D" else _content(figure)
        return [*self._structure, action, *self._keys.key(figure), *content]


def _content(figure: Figure) -> list[str]:
    return [plain(figure.value), STATUSES[figure.status], figure.reason or ""]


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()
