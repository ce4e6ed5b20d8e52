"""A JSON body, read once: who answers what, and the columns of the answer."""

from dataclasses import dataclass, field
from itertools import chain
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from pydantic_core import ErrorDetails, from_json
from typing_extensions import TypedDict

from services.submissions.checking.content import (
    SECTION_HEADER,
    SECTION_NARRATIVE,
    SECTION_NIL,
    SECTION_OBSERVATIONS,
    SECTION_TABLES,
    ParsedContent,
)
from services.submissions.checking.errors import JsonKeyRepeated, JsonMalformed
from services.submissions.checking.findings import Finding, Place, found
from services.submissions.checking.json_keys import find_repeated_key
from services.submissions.checking.text import clean_column, clean_values, texts_of
from services.submissions.form.definition import FormDefinition

FIELDS = ("indicator", "dimensions", "value", "status", "reason", "explanation")
EXPLAINED = "explanation"
CLOSED = ConfigDict(extra="forbid", strict=True)


@with_config(CLOSED)
class ObservationIn(TypedDict, total=False):
    """One figure: an indicator, its dimension codes, and a value or a status with its reason."""

    indicator: Annotated[Any, Field(description="Code, such as `LABOUR.OUT.FLOW`.")]
    dimensions: Annotated[dict[str, Any], Field(description="Dimension code to code of its list.")]
    value: Annotated[Any, Field(description="A number; 0 is a true zero.")]
    status: Annotated[Any, Field(description="`not_available` or `not_applicable`; `value` beside a value.")]
    reason: Annotated[Any, Field(description="Why it is not available.")]
    explanation: Annotated[Any, Field(description="Why a warning of this figure is none.")]


@with_config(CLOSED)
class SectionIn(TypedDict, total=False):
    """One narrative section: how a task stands, and words."""

    status: Annotated[Any, Field(description="`met`, `on_track`, `constrained` or `no_progress`.")]
    text: Annotated[Any, Field(description="The words.")]
    evidence: Annotated[Any, Field(description="Documents and results that show it, where the form asks.")]
    funding: Annotated[Any, Field(description="In million dong, where the form asks.")]


@with_config(CLOSED)
class ExplanationIn(TypedDict, total=False):
    """Why a warning is none. A dry run of the same content tells the ids."""

    finding: Annotated[str, Field(description="The `id` of the warning.")]
    text: Annotated[str, Field(max_length=10_000, description="Why the figures are right.")]


@with_config(CLOSED)
class SubmissionIn(TypedDict, total=False):
    """An answer to one occurrence, named by its id or by obligation, period and agency."""

    occurrence: str | None
    obligation: str | None
    period: str | None
    agency: str | None
    form_version: int | None
    observations: list[ObservationIn]
    nil: Annotated[list[Any], Field(description="Tables with nothing to report; `*` for all of them.")]
    narrative: Annotated[dict[str, SectionIn], Field(description="Section key to section.")]
    explanations: Annotated[
        list[ExplanationIn], Field(max_length=10_000, description="Why warnings of this content are none.")
    ]


SUBMISSION = TypeAdapter(SubmissionIn)
EXPECTED = {
    "string_type": ("văn bản", "a text"),
    "int_type": ("số nguyên", "a whole number"),
    "list_type": ("danh sách", "a list"),
    "dict_type": ("đối tượng", "an object"),
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """Which occurrence is answered, and by which version of the form."""

    occurrence: str | None = None
    obligation: str | None = None
    period: str | None = None
    agency: str | None = None
    form_version: int | None = None


@dataclass(slots=True)
class JsonBody:
    """A body that was read, before it is known which form it answers."""

    envelope: Envelope
    observations: list[Any]
    nil: list[Any]
    narrative: dict[str, Any]
    findings: list[Finding] = field(default_factory=list)
    explanations: list[Any] = field(default_factory=list)

    def columns(self, form: FormDefinition) -> ParsedContent:
        """Return the content as columns of this form."""
        rows = [number for number, cell in enumerate(self.observations) if cell is not None]
        cells = [cell for cell in self.observations if cell is not None]
        content = ParsedContent(
            places=PLACES,
            rows=range(len(rows)) if len(rows) == len(self.observations) else rows,
            indicator=[cell.get("indicator") for cell in cells],
            dimensions={},
            value=clean_values([cell.get("value") for cell in cells]),
            status=[cell.get("status") for cell in cells],
            reason=[cell.get("reason") for cell in cells],
            nil=self.nil,
            narrative=self.narrative,
            findings=list(self.findings),
        )
        _spread(content, [cell.get("dimensions", {}) for cell in cells], form)
        _clean_texts(content)
        said = {row: cell[EXPLAINED] for row, cell in zip(content.rows, cells, strict=True) if EXPLAINED in cell}
        content.explanations = _clean_explanations(said, content)
        return content


def _spread(content: ParsedContent, given: list[dict[str, Any]], form: FormDefinition) -> None:
    known = {dimension.code for dimension in form.dimensions}
    used = set(chain.from_iterable(given))
    for name in sorted(used & known):
        content.dimensions[name] = [codes.get(name) for codes in given]
    if used <= known:
        return
    for row, codes in zip(content.rows, given, strict=True):
        content.strays += [(row, name, code) for name, code in codes.items() if name not in known]


def _clean_texts(content: ParsedContent) -> None:
    columns = {"indicator": content.indicator, "status": content.status, "reason": content.reason}
    for name, cells in (columns | content.dimensions).items():

        def report(number: int, cell: Any, column: str = name) -> None:
            place = content.places.of_cell(content.rows[number], column)
            content.findings.append(found("text_malformed", place, cell))

        cells[:] = clean_column(cells, report)


def _clean_explanations(given: dict[int, Any], content: ParsedContent) -> dict[int, str]:
    rows = list(given)

    def report(number: int, cell: Any) -> None:
        content.findings.append(found("text_malformed", content.places.of_cell(rows[number], EXPLAINED), cell))

    return texts_of(rows, clean_column(list(given.values()), report))


def read_json(raw: bytes) -> JsonBody:
    """Read a body; what is not JSON, or gives a key twice, is refused; what has the wrong shape is found and left
    out."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        tree = SUBMISSION.validate_json(raw)
        if raw.count(b":") != _count_keys(tree):  # a colon stands behind each key; there may be some in texts too
            require_single_keys(raw)
        return _body(tree, [])
    except ValidationError as error:
        mistakes = error.errors(include_url=False)
    if mistakes[0]["type"] == "json_invalid":
        raise JsonMalformed(mistakes[0]["ctx"]["error"])
    require_single_keys(raw)
    tree = from_json(raw)
    return _body(_without(tree, mistakes), [_shape_finding(mistake) for mistake in mistakes])


def require_single_keys(raw: bytes) -> None:
    """Refuse a JSON body in which an object gives a key twice."""
    path = find_repeated_key(raw)
    if path is not None:
        raise JsonKeyRepeated(str(path[-1]), PLACES.of_path(path).pointer or "")


def _count_keys(tree: Any) -> int:
    cells, narrative = tree.get("observations", ()), tree.get("narrative", {})
    objects = ([cell.get("dimensions", ()) for cell in cells], cells, narrative.values(), [narrative, tree])
    return sum(map(len, chain(*objects, tree.get("explanations", ()))))


def _body(tree: Any, findings: list[Finding]) -> JsonBody:
    return JsonBody(
        envelope=Envelope(**{name: tree.get(name) for name in Envelope.__slots__}),
        observations=tree.get("observations", []),
        nil=tree.get("nil", []),
        narrative=tree.get("narrative", {}),
        findings=findings,
        explanations=[one or {} for one in tree.get("explanations", [])],
    )


def _without(tree: Any, mistakes: list[ErrorDetails]) -> Any:
    """Take out what has the wrong shape; a list keeps its length, so that the others keep their places."""
    for mistake in mistakes:
        if not mistake["loc"]:
            return {}
        *path, last = mistake["loc"]
        parent = tree
        for step in path:
            parent = parent[step]
        if isinstance(parent, list):
            parent[int(last)] = None
        else:
            parent.pop(last)
    return tree


def _shape_finding(mistake: ErrorDetails) -> Finding:
    place = PLACES.of_path(mistake["loc"])
    if mistake["type"] == "extra_forbidden":
        return found("field_unknown", place, str(mistake["loc"][-1]))
    vi, en = EXPECTED.get(mistake["type"], ("giá trị khác", "another value"))
    return found("field_malformed", place, mistake["input"], expected_vi=vi, expected_en=en)


class JsonPlaces:
    """Places as JSON pointers."""

    def of_cell(self, row: int, column: str) -> Place:
        if column in FIELDS:
            position, pointer = 2 * FIELDS.index(column), f"/observations/{row}/{column}"
        else:
            position, pointer = 3, f"/observations/{row}/dimensions/{_escaped(column)}"
        return Place((SECTION_OBSERVATIONS, row, position, pointer), pointer=pointer)

    def of_nil(self, number: int) -> Place:
        return self._at(SECTION_NIL, number, 0, "nil", number)

    def of_narrative(self, key: str, part: str | None = None) -> Place:
        return self._at(SECTION_NARRATIVE, 0, 0, "narrative", key, *([part] if part else []))

    def of_table(self, number: int, table: str) -> Place:
        return Place((SECTION_TABLES, number, 0, table), pointer="/observations")

    def of_path(self, path: tuple[int | str, ...]) -> Place:
        """The place of anything in the body."""
        match path:
            case ("observations", int(row), *_):
                return self._at(SECTION_OBSERVATIONS, row, -1, *path)
            case _:
                return self._at(SECTION_HEADER, 0, 0, *path)

    def names_row(self, row: int) -> tuple[str, str]:
        return f"/observations/{row}", f"/observations/{row}"

    def _at(self, section: int, row: int, position: int, *path: int | str) -> Place:
        pointer = "".join(f"/{_escaped(step)}" for step in path)
        return Place((section, row, position, pointer), pointer=pointer)


def _escaped(step: int | str) -> str:
    return str(step)[:100].replace("~", "~0").replace("/", "~1")


PLACES = JsonPlaces()
