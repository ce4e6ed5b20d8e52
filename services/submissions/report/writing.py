"""From facts to a document: which parts a report has, and in which order. Values in, values out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.submissions.report.content import (
    Annex,
    Block,
    Document,
    Heading,
    Letterhead,
    Paragraph,
    Signature,
)
from services.submissions.report.facts import Facts, FormKey, Source, number_sources
from services.submissions.report.kinds import Kind
from services.submissions.report.rules import count_ledger, day_of_facts, own_words_of, place_of
from services.submissions.report.speech import Speech
from services.submissions.report.telling import Shortening
from services.submissions.report.writing_figures import FigureWriter
from services.submissions.report.writing_ledger import (
    name_missing,
    write_completeness,
    write_missing,
    write_sources,
)
from services.submissions.report.writing_tasks import TaskWriter

ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
COMMITTEE = "ỦY BAN NHÂN DÂN"
"""In a letterhead the name of the place stands on a line of its own."""
PLACES = {"figures": 1, "lessons": 2, "difficulties": 2, "proposals": 2}
"""From which sections of a form on words stand no longer before the tasks: 1 before the figures, 2 after them."""


def write(facts: Facts, speech: Speech) -> Document:
    """Return the document of a report."""
    return _Writer(facts, speech).write()


class _Writer:
    def __init__(self, facts: Facts, speech: Speech) -> None:
        self._facts, self._speech = facts, speech
        self._sources = number_sources(facts.ledger)
        texts = [said.text or "" for task in facts.tasks for said in task.statements]
        self._shortening = Shortening.of([*texts, *(_text(row) for row in facts.words)])

    def write(self) -> Document:
        say = self._speech.say
        is_letter = self._facts.kind is not Kind.MIGRATION_PROFILE
        figures = FigureWriter(self._facts, self._speech).write(say("h_figures"))
        own = self._own_instants() if is_letter else []
        body = self._letter(figures) if is_letter else figures
        return Document(
            language=self._speech.language,
            dated=day_of_facts([*self._instants(), *own], self._facts.year),
            letterhead=self._letterhead(),
            type_name=say("report" if is_letter else "tables"),
            title=self._title(),
            addressee=self._addressee() if is_letter else "",
            draft=say("draft"),
            blocks=(self._opening(), *numbered(body)),
            signature=Signature(
                recipients_title=say("recipients"),
                recipients=(say("as_above"), say("on_file")) if is_letter else (say("on_file"),),
                authority=say("authority"),
                hint=say("signature"),
            ),
            closing=self._closing(),
            annexes=tuple(self._annexes(is_letter)),
        )

    def _letter(self, figures: Sequence[Block]) -> list[Block]:
        facts, say = self._facts, self._speech.say
        tasks = TaskWriter(self._speech, facts.names, self._sources, self._shortening)
        before_tasks, before_figures, after = self._words()
        return [
            *write_completeness(facts.ledger, self._speech, say("h_completeness")),
            *before_tasks,
            *tasks.write(facts.tasks, say("h_tasks"), say("h_said")),
            *before_figures,
            *figures,
            *after,
            *write_missing(facts.ledger, self._speech, say("h_missing"), roman(2)),
        ]

    def _annexes(self, is_letter: bool) -> Iterator[Block]:
        say = self._speech.say
        yield Annex(title=say("annex", number=roman(1)), subtitle=say("h_sources"))
        yield from write_sources(self._sources, self._facts.unread, self._speech)
        missing = name_missing(self._facts.ledger, self._speech) if is_letter else []
        if missing:
            yield Annex(title=say("annex", number=roman(2)), subtitle=say("h_missing_all"))
            yield from missing

    def _opening(self) -> Paragraph:
        counts = count_ledger(self._facts.ledger)
        told = {name: self._speech.number(getattr(counts, name)) for name in ("accepted", "expected")}
        instants = self._instants()
        if not counts.accepted or not instants:
            return Paragraph(text=self._speech.say("opening_nothing", year=self._facts.year, **told))
        day = self._speech.day(day_of_facts(instants, self._facts.year))
        return Paragraph(text=self._speech.say("opening", year=self._facts.year, day=day, **told))

    def _instants(self) -> list[datetime]:
        times = ((row.received_at, row.accepted_received_at, row.decided_at) for row in self._facts.ledger)
        return [instant for each in times for instant in each if instant is not None]

    def _own_instants(self) -> list[datetime]:
        return [one.received_at for one in self._facts.upward if one.submission and one.received_at]

    def _letterhead(self) -> Letterhead:
        say, owner = self._speech.say, self._facts.owner
        place_vi, place_en = place_of(owner)
        place = self._speech.choose(place_vi, place_en) if place_vi else say("no_place")
        return Letterhead(
            issuer=self._speech.choose(owner.name_vi, owner.name_en)
            .upper()
            .replace(f"{COMMITTEE} ", f"{COMMITTEE}\n"),
            symbol=say("symbol"),
            state=say("state"),
            motto=say("motto"),
            place_and_day=say("place_and_day", place=place),
        )

    def _plan(self) -> str:
        plan = self._facts.plan
        title = self._speech.choose(plan.title_vi, plan.title_en)
        return self._speech.say("plan_of", title=title, number=plan.number) if plan.number else title

    def _title(self) -> str:
        facts, say = self._facts, self._speech.say
        place_vi, place_en = place_of(facts.owner)
        known = {"plan": self._plan(), "year": facts.year}
        match facts.kind:
            case Kind.PRIME_MINISTER:
                return say("pm_title", **known)
            case Kind.PROVINCE:
                name = (place_vi, place_en) if place_vi else (facts.owner.name_vi, facts.owner.name_en)
                return say("province_title", place=self._speech.choose(*name), **known)
            case Kind.MIGRATION_PROFILE:
                return say("profile_title", year=facts.year)

    def _receivers(self) -> str:
        names = self._facts.names
        receivers = dict.fromkeys(agency for one in self._facts.upward for agency in one.recipients)
        return ", ".join(self._speech.choose(*names.get(agency, (agency, None))) for agency in receivers)

    def _addressee(self) -> str:
        receivers = self._receivers()
        return self._speech.say("to", agency=receivers) if receivers else ""

    def _closing(self) -> str:
        owner, receivers = self._facts.owner, self._receivers()
        name = self._speech.choose(owner.name_vi, owner.name_en)
        told = {"year": self._facts.year, "plan": self._plan()}
        if self._facts.kind is Kind.MIGRATION_PROFILE:
            return self._speech.say("closing_profile", year=self._facts.year)
        if not receivers:
            return self._speech.say("closing_unaddressed", **told)
        return self._speech.say("closing", agency=receivers, owner=name, **told)

    def _words(self) -> tuple[list[Block], list[Block], list[Block]]:
        """Return what the owner says in general, then the reporters: first by the sections of the owner's form."""
        texts = {(row.id, row.key): _text(row) for row in self._facts.words}
        said: dict[str, dict[str, list[Block]]] = defaultdict(lambda: defaultdict(list))
        places: dict[str, int] = {}
        own = own_words_of(self._facts.upward)
        for form in dict.fromkeys((*(key for key, _ in own), *self._facts.forms)):
            voices = [(version, "", 0) for key, version in own if key == form]
            voices += [self._voice(one) for one in self._sources.values() if _form_of(one) == form]
            place = 0
            for section in self._facts.forms[form].narrative.sections:
                place = max(place, PLACES.get(section.key, 0))
                places.setdefault(section.key, place)
                title = self._speech.choose(section.title_vi, section.title_en)
                for version, lead, number in voices:
                    said[section.key][title] += self._say(texts.get((version, section.key), ""), lead, number)
        parts: tuple[list[Block], list[Block], list[Block]] = ([], [], [])
        for key, titles in said.items():
            for title, blocks in titles.items():
                if blocks:
                    parts[places[key]].extend([Heading(level=1, text=title), *blocks])
        return parts

    def _voice(self, source: Source) -> tuple[UUID | None, str, int]:
        name = self._speech.choose(source.row.agency_name_vi, source.row.agency_name_en)
        lead = self._speech.say("said_in_general", agency=f"{name} [{source.number}]")
        return source.row.accepted, lead, source.number

    def _say(self, text: str, lead: str, number: int) -> list[Block]:
        if not text.strip():
            return []
        first, *further = self._shortening.shorten(text, number, self._speech)
        return [Paragraph(lead=lead, text=first), *(Paragraph(text=one) for one in further)]


def _form_of(source: Source) -> FormKey:
    return source.row.form, source.row.form_version


def numbered(blocks: Iterable[Block]) -> list[Block]:
    """Return the blocks with numbers before their headings: I, II; 1, 2."""
    numbers = {1: 0, 2: 0}
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level in numbers:
            numbers[block.level] += 1
            number = roman(numbers[1]) if block.level == 1 else str(numbers[2])
            if block.level == 1:
                numbers[2] = 0
            found.append(block.model_copy(update={"text": f"{number}. {block.text}"}))
        else:
            found.append(block)
    return found


def roman(number: int) -> str:
    """Return a number as it stands before a part of a document."""
    written = ""
    for value, letters in ROMAN:
        written += letters * (number // value)
        number %= value
    return written


def _text(row: Any) -> str:
    text = row.value.get("text") if isinstance(row.value, dict) else None
    return text if isinstance(text, str) else ""
