"""An Excel workbook as the cells that hold something: values, dates, errors, formulas that were never computed,
joined and hidden cells.

Read piece by piece from the XML and kept by place: a reader that fills the square between the first and the last
cell dies of a file of five kilobytes. Formulas are never computed; what the program that saved the file kept as
their result is taken.
"""

from collections.abc import Callable
from xml.parsers.expat import ExpatError, ParserCreate

from kernel.office import FileUnreadable, OfficeKind, check_office_zip
from kernel.workbook_cells import Sheet, apart
from kernel.workbook_parts import FIRST_DAYS, Book, Filling, Formats, Links, Strings
from kernel.zips import Member, ZipUnreadable, members_of, unpack

DEEPEST = 60


def read_workbook(
    content: bytes, *, max_unpacked: int, most_cells: int, refuse_external: bool = True
) -> list[Sheet]:
    """Return the sheets of a workbook in the order of its tabs; refuse what is unsafe, damaged or too large."""
    check_office_zip(content, max_unpacked=max_unpacked, kind=OfficeKind.XLSX, refuse_external=refuse_external)
    try:
        return _Reading(content, most_cells).sheets()
    except (ExpatError, ZipUnreadable) as error:
        raise FileUnreadable("A part of the workbook cannot be read.") from error


class _Reading:
    """One reading of a workbook: its shared strings and formats, then its sheets."""

    def __init__(self, content: bytes, most_cells: int) -> None:
        self._content, self._most = content, most_cells
        self._members: dict[str, Member] = {member.name.lower(): member for member in members_of(content)}

    def sheets(self) -> list[Sheet]:
        book = Book()
        self._parse("xl/workbook.xml", book.open, book.close)
        links = Links()
        self._parse("xl/_rels/workbook.xml.rels", links.open, links.close)
        strings, formats = Strings(), Formats()
        self._parse("xl/sharedstrings.xml", strings.open, strings.close, strings.text)
        self._parse("xl/styles.xml", formats.open, formats.close)
        found: list[Sheet] = []
        left = self._most
        for name, link, is_hidden in book.sheets:
            target = links.targets.get(link, "")
            if "worksheets/" not in target:
                continue
            filling = Filling(
                Sheet(name, is_hidden), strings.all, formats.days, FIRST_DAYS[book.is_1904], left, self._most
            )
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            self._parse(path.lower(), filling.open, filling.close, filling.text)
            left = filling.left
            filling.sheet.joins = apart(filling.sheet.joins)
            found.append(filling.sheet)
        return found

    def _parse(
        self,
        name: str,
        on_open: Callable[[str, dict[str, str]], None],
        on_close: Callable[[str], None],
        on_text: Callable[[str], None] | None = None,
    ) -> None:
        """Read a part, if there is one. No document type comes this far: the container was looked through."""
        member = self._members.get(name)
        if member is None:
            return
        parser = ParserCreate()
        parser.buffer_text = True
        depth = 0

        def opened(tag: str, given: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > DEEPEST:
                raise FileUnreadable("The workbook has elements inside one another that no program writes.")
            on_open(tag if ":" not in tag else tag.rpartition(":")[2], given)

        def closed(tag: str) -> None:
            nonlocal depth
            depth -= 1
            on_close(tag if ":" not in tag else tag.rpartition(":")[2])

        parser.StartElementHandler, parser.EndElementHandler = opened, closed
        if on_text is not None:
            parser.CharacterDataHandler = on_text
        for chunk in unpack(self._content, member):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
