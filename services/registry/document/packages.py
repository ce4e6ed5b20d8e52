"""The parts of an Office file as XML trees, after the container was found safe to open."""

from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, iterparse

from kernel.office import FileUnreadable, OfficeKind, check_office_zip
from kernel.zips import Member, members_of, unpack
from services.registry.document.errors import DocumentTooLong

MOST_UNPACKED = 64 << 20
DEEPEST = 200
"""Elements inside one another; Word itself nests some thirty."""


class Package:
    """An Office file whose parts can be asked for by name. Nothing outside it is ever fetched."""

    def __init__(self, content: bytes, kind: OfficeKind) -> None:
        check_office_zip(content, max_unpacked=MOST_UNPACKED, kind=kind)
        self._content = content
        self._members: dict[str, Member] = {member.name: member for member in members_of(content)}

    def tree(self, name: str) -> Element | None:
        """Return a part as a tree; None where the file has no such part."""
        member = self._members.get(name.lstrip("/"))
        if member is None:
            return None
        return _parsed(b"".join(unpack(self._content, member)))

    def required(self, name: str) -> Element:
        root = self.tree(name)
        if root is None:
            raise FileUnreadable(f"The file has no part {name}.")
        return root


def _parsed(data: bytes) -> Element:
    depth = 0
    root: Element | None = None
    try:
        # No document type and no entity comes this far: check_office_zip refused them.
        for event, element in iterparse(BytesIO(data), events=("start", "end")):
            depth += 1 if event == "start" else -1
            if depth > DEEPEST:
                raise DocumentTooLong("levels of nesting", DEEPEST)
            root = element if isinstance(element, Element) else root
    except ParseError as error:
        raise FileUnreadable("A part of the file is no well-formed XML.") from error
    if root is None:
        raise FileUnreadable("A part of the file is empty.")
    return root


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element | None, name: str) -> str | None:
    """Return an attribute whatever its namespace."""
    if element is None:
        return None
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == name), None)


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first descendant along a path of names."""
    for name in path:
        element = next((c for c in element if local(c) == name), None) if element is not None else None
    return element


def children(element: Element | None) -> Iterator[Element]:
    """Give what stands directly in an element; nothing where there is none."""
    return iter(()) if element is None else iter(element)
