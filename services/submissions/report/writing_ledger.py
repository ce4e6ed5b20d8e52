"""From the ledger to the parts of a document: completeness, what is missing, and the list of sources."""

from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.submissions.compliance.rules import Counts
from services.submissions.cycle.counting import Standing
from services.submissions.report.content import (
    Align,
    Bar,
    Bars,
    Block,
    Column,
    Heading,
    Paragraph,
    Row,
    Style,
    Table,
)
from services.submissions.report.facts import FormKey, Source
from services.submissions.report.rules import count_ledger, missing_state
from services.submissions.report.speech import Speech

HASH_GROUPS = 4


def write_completeness(ledger: Sequence[Any], speech: Speech, heading: str) -> list[Block]:
    """Return how complete and punctual the reports are, by duty, with a chart."""
    blocks: list[Block] = [Heading(level=1, text=heading)]
    by_duty = [
        (rows[0], count_ledger(rows)) for _, rows in _grouped(ledger, lambda row: (row.obligation, row.period))
    ]
    by_duty = [(row, counts) for row, counts in by_duty if counts.expected]
    if not by_duty:
        return [*blocks, Paragraph(text=speech.say("nothing_owed"))]
    total = count_ledger(ledger)
    named = [(_duty(row, speech), counts) for row, counts in by_duty]
    rows = [_counts_row(name, counts, speech) for name, counts in named]
    rows.append(_counts_row(speech.say("total"), total, speech, strong=True))
    return [
        *blocks,
        Paragraph(text=_completeness_told(total, speech)),
        Table(
            caption=speech.say("t_completeness"),
            columns=_counts_columns(speech),
            rows=tuple(rows),
            note=speech.say("completeness_note"),
        ),
        Bars(
            caption=speech.say("b_completeness"),
            bars=tuple(
                Bar(
                    label=name,
                    share=counts.received / counts.expected,
                    text=f"{speech.percent(counts.received, counts.expected)}"
                    f" ({speech.number(counts.received)}/{speech.number(counts.expected)})",
                )
                for name, counts in named
            ),
        ),
    ]


def _completeness_told(total: Counts, speech: Speech) -> str:
    received = speech.say(
        "completeness_told",
        received=speech.number(total.received),
        expected=speech.number(total.expected),
        completeness=speech.percent(total.received, total.expected),
    )
    decided = total.on_time + total.late + total.overdue
    if not decided:
        return f"{received} {speech.say('punctuality_unknown')}"
    counts = {"on_time": total.on_time, "decided": decided, "late": total.late, "overdue": total.overdue}
    punctuality = speech.say(
        "punctuality_told",
        punctuality=speech.percent(total.on_time, decided),
        **{name: speech.number(count) for name, count in counts.items()},
    )
    return f"{received} {punctuality}"


def _counts_columns(speech: Speech) -> tuple[Column, ...]:
    counts = ("expected", "received", "completeness", "on_time", "late", "overdue", "accepted")
    narrow = [Column(title=speech.say(f"c_{name}"), width=1, align=Align.RIGHT) for name in counts]
    return (Column(title=speech.say("c_duty"), width=4), *narrow)


def _counts_row(name: str, counts: Counts, speech: Speech, *, strong: bool = False) -> Row:
    numbers = [speech.number(count) for count in (counts.expected, counts.received)]
    later = (counts.on_time, counts.late, counts.overdue, counts.accepted)
    share = speech.percent(counts.received, counts.expected)
    return Row(cells=(name, *numbers, share, *(speech.number(count) for count in later)), strong=strong)


def write_missing(ledger: Sequence[Any], speech: Speech, heading: str, annex: str) -> list[Block]:
    """Return how many owe what has not been accepted; an annex names them."""
    head = Heading(level=1, text=heading)
    groups = _missing(ledger)
    if not groups:
        return [head, Paragraph(text=speech.say("missing_none"))]
    count = speech.number(sum(len(group) for _, group in groups))
    told = speech.say("missing_told", missing=count, annex=annex)
    columns = (
        Column(title=speech.say("c_duty"), width=5),
        Column(title=speech.say("c_due"), width=1.6, align=Align.CENTER),
        Column(title=speech.say("c_state"), width=2.6),
        Column(title=speech.say("c_count"), width=1.2, align=Align.RIGHT),
    )
    rows = [
        Row(cells=(_duty(group[0], speech), _due(group[0], speech), speech.say(state), speech.number(len(group))))
        for state, group in groups
    ]
    return [head, Paragraph(text=told), Table(caption=speech.say("t_missing"), columns=columns, rows=tuple(rows))]


def name_missing(ledger: Sequence[Any], speech: Speech) -> list[Block]:
    """Return all who owe what has not been accepted, by name."""
    return [
        Paragraph(
            lead=speech.say(
                "missing_group",
                duty=_duty(group[0], speech),
                due=_due(group[0], speech),
                state=speech.say(state).lower(),
            ),
            text="; ".join(speech.choose(row.name_vi or row.agency, row.name_en) for row in group) + ".",
        )
        for state, group in _missing(ledger)
    ]


def _missing(ledger: Sequence[Any]) -> list[tuple[str, list[Any]]]:
    missing = [row for row in ledger if row.standing == Standing.COUNTED and row.accepted is None]
    groups = _grouped(missing, lambda row: (row.obligation, row.period, row.due_on, missing_state(row)))
    return [(key[-1], group) for key, group in groups]


def _due(row: Any, speech: Speech) -> str:
    return speech.short_day(row.due_on) if row.due_on else speech.say("no_date")


def write_sources(sources: Mapping[UUID, Source], unread: Container[FormKey], speech: Speech) -> list[Block]:
    """Return the list of sources: which version of which report, when it came, and what it hashes to.

    It is left out of reports on forms that the reader does not read whole: counts could be tried against it."""
    if not sources:
        return [Paragraph(text=speech.say("sources_none"))]
    columns = (
        Column(title=speech.say("c_number"), width=0.7, align=Align.RIGHT),
        Column(title=speech.say("c_agency"), width=3.6),
        Column(title=speech.say("c_duty"), width=3.6),
        Column(title=speech.say("c_version"), width=0.9, align=Align.CENTER),
        Column(title=speech.say("c_received_at"), width=1.7, align=Align.CENTER),
        Column(title=speech.say("c_hash"), width=3.9),
    )
    rows = tuple(_source_row(source, unread, speech) for source in sources.values())
    note = Paragraph(text=speech.say("sources_note"), style=Style.NOTE)
    return [note, Table(caption="", columns=columns, rows=rows)]


def _source_row(source: Source, unread: Container[FormKey], speech: Speech) -> Row:
    row = source.row
    is_unread = (row.form, row.form_version) in unread
    return Row(
        cells=(
            str(source.number),
            speech.choose(row.agency_name_vi, row.agency_name_en),
            _duty(row, speech),
            str(row.version),
            speech.instant(row.accepted_received_at),
            "–" if is_unread else grouped_hash(row.content_sha256),
        )
    )


def grouped_hash(sha256: str) -> str:
    """Return a hash in groups that lines can break between."""
    width = -(-len(sha256) // HASH_GROUPS)
    return " ".join(sha256[at : at + width] for at in range(0, len(sha256), width))


def _duty(row: Any, speech: Speech) -> str:
    title = speech.choose(row.title_vi, row.title_en)
    return f"{title}, {speech.period(row.period, row.period_start, row.period_end)}"


def _grouped(rows: Sequence[Any], key: Callable[[Any], Any]) -> list[tuple[Any, list[Any]]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return list(found.items())
