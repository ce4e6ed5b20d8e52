"""Who is told to do something: the names that begin a paragraph, in which role, and with whom."""

import re
from dataclasses import dataclass
from itertools import islice

from services.registry.document.lists import ListRead, read_leading
from services.registry.document.names import Names
from services.registry.document.proposal import NameRead
from services.registry.document.text import flat

_ASKED = re.compile(r"^(?:đề nghị|yêu cầu|giao|trách nhiệm của|đối với|phân công)\s+", re.IGNORECASE)
WITH = re.compile(r"phối hợp(?: chặt chẽ)?(?: cùng)?(?: với)?\s+(?=\S)", re.IGNORECASE)
_ASKED_TO_HELP = re.compile(r"(?:đề nghị|yêu cầu|mời)\s+(?=\S)", re.IGNORECASE)
_HELPING = re.compile(r"^\W*(?:cùng )?(?:phối hợp|tham gia)\b", re.IGNORECASE)
_OPENING = re.compile(r"^(?:căn cứ|trên cơ sở|trong phạm vi|theo chức năng|trong quá trình)\b", re.IGNORECASE)
_RESPONSIBLE = re.compile(r"^\s*(?:có trách nhiệm|chịu trách nhiệm|có nhiệm vụ|chủ trì|chủ động)", re.IGNORECASE)
_CLAUSE = 400
_MOST_PARTNERS = 20
_LEADS = re.compile(r"^\W*(?:là\s+)?(?:chủ trì|đầu mối)", re.IGNORECASE)
_FUNDING = re.compile(r"^(?:nguon )?kinh phi|^viec quan ly va su dung kinh phi|bo tri kinh phi (?:thuc hien|theo)")
_ROLE = re.compile(
    r"^(?:(?:cơ quan|đơn vị|các cơ quan|các đơn vị)\s+)?(?P<role>chủ trì|đầu mối|thực hiện|phối hợp|tham gia)"
    r"(?: thực hiện| chính)?[^:;.,]{0,30}:\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is told to do something, in which role, and what is said after the names."""

    actors: tuple[NameRead, ...]
    role: str
    rest: str

    @property
    def is_heading(self) -> bool:
        """Say whether the names are all there is: what they are told follows in the paragraphs below."""
        return not self.rest.strip(" :.;") or self.rest.rstrip().endswith(":")


def read_assignment(text: str, names: Names) -> Assignment | None:
    """Read a paragraph that begins with the names of those who are told to do something."""
    asked = _ASKED.match(text)
    found = read_leading(text, names, asked.end() if asked else 0)
    known = [name for name in found.names if name.read_as]
    if not known:
        return _read_responsible(text, names)
    is_request = asked is not None and flat(asked[0]).startswith("de nghi")
    return Assignment(found.names, "requested" if is_request else "lead", text[found.end :])


def _read_responsible(text: str, names: Names) -> Assignment | None:
    """Read "Căn cứ …, các bộ, ngành có trách nhiệm …": those told come after an opening clause."""
    if not _OPENING.match(text):
        return None
    for comma in re.finditer(r",\s+", text[:_CLAUSE]):
        found = read_leading(text, names, comma.end())
        if any(n.read_as for n in found.names) and _RESPONSIBLE.match(text[found.end :]):
            return Assignment(found.names, "lead", text[found.end :])
    return None


def read_partners(text: str, names: Names) -> tuple[NameRead, ...]:
    """Read with whom something is done: the names after "phối hợp với"."""
    found: dict[NameRead, None] = {}
    for match in islice(WITH.finditer(text), _MOST_PARTNERS):
        partners: ListRead = read_leading(text, names, match.end())
        found.update(dict.fromkeys(partners.names))
    for match in islice(_ASKED_TO_HELP.finditer(text), _MOST_PARTNERS):
        asked = read_leading(text, names, match.end())
        if _HELPING.match(text[asked.end :]):
            found.update(dict.fromkeys(asked.names))
    return tuple(found)


def read_role(text: str, names: Names) -> Assignment | None:
    """Read "Cơ quan chủ trì: X", "Cơ quan phối hợp: Y" and "X chủ trì, phối hợp với Y"."""
    label = _ROLE.match(text)
    if label is None:
        return read_assignment(text, names)
    named = read_leading(text, names, label.end())
    if flat(label["role"]) in ("phoi hop", "tham gia"):
        return Assignment((), "lead", f"phối hợp với {text[label.end() :]}")
    return Assignment(named.names, "lead", text[named.end :])


def names_a_role(text: str) -> bool:
    """Say whether a paragraph begins with the label of a role: "Cơ quan chủ trì: …"."""
    return _ROLE.match(text) is not None


def is_leading(given: Assignment) -> bool:
    """Say whether those told lead: those asked to help do not, those asked to lead do."""
    return given.role == "lead" or _LEADS.match(given.rest) is not None


def is_about_funding(text: str) -> bool:
    """Say whether a paragraph only says where the money comes from."""
    return _FUNDING.search(flat(text)) is not None
