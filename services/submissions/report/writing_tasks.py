"""From the progress of tasks to the parts of a document: how each stands, and who said what."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from services.submissions.form.definition import TaskStatus
from services.submissions.progress.schemas import StatementRead, TaskProgressRead
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
from services.submissions.report.facts import Names, Source
from services.submissions.report.speech import Speech
from services.submissions.report.telling import Shortening

NO_WORD = "no_word"
MOST_NAMES, SOME_NAMES = 8, 4
ORDER = (*(status.value for status in TaskStatus), NO_WORD)


class TaskWriter:
    """Writes about the tasks of a plan."""

    def __init__(
        self, speech: Speech, names: Names, sources: Mapping[UUID, Source], shortening: Shortening
    ) -> None:
        self._speech, self._names, self._sources, self._shortening = speech, names, sources, shortening

    def write(self, tasks: Sequence[TaskProgressRead], heading: str, said_heading: str) -> list[Block]:
        """Return how the tasks stand, in numbers, in a table, and in the words of those who reported."""
        say = self._speech.say
        head = Heading(level=1, text=heading)
        if not tasks:
            return [head, Paragraph(text=say("tasks_none"))]
        counts = Counter(_word(task) for task in tasks if not task.is_heading)
        whole = counts.total()
        numbers = {"tasks": whole, "spoken": whole - counts[NO_WORD], "silent": counts[NO_WORD]}
        told = [say("tasks_told", **{name: self._speech.number(number) for name, number in numbers.items()})]
        if whole < len(tasks):
            told.append(say("headings_told", count=self._speech.number(len(tasks) - whole)))
        return [
            head,
            Paragraph(text=" ".join(told)),
            Bars(caption=say("b_tasks"), bars=tuple(self._bar(word, counts[word], whole) for word in ORDER)),
            self._table(tasks),
            *self._said(tasks, said_heading),
        ]

    def _bar(self, word: str, count: int, whole: int) -> Bar:
        text = f"{self._speech.number(count)} ({self._speech.percent(count, whole)})"
        return Bar(label=self._speech.say(word), share=count / whole if whole else 0, text=text)

    def _table(self, tasks: Iterable[TaskProgressRead]) -> Table:
        say = self._speech.say
        return Table(
            caption=say("t_tasks"),
            columns=(
                Column(title=say("c_code"), width=0.9, align=Align.CENTER),
                Column(title=say("c_task"), width=5),
                Column(title=say("c_leads"), width=3),
                Column(title=say("c_status"), width=2),
            ),
            rows=tuple(
                Row(
                    cells=(
                        task.code,
                        self._speech.choose(task.title_vi, task.title_en),
                        self._named(task.leads) or "–",
                        self._status(task),
                    ),
                    strong=task.is_heading,
                )
                for task in tasks
            ),
            note=say("tasks_note"),
        )

    def _status(self, task: TaskProgressRead) -> str:
        word = self._speech.say(_word(task))
        return self._speech.say("disagreement", status=word) if task.disagreement else word

    def _said(self, tasks: Sequence[TaskProgressRead], heading: str) -> list[Block]:
        spoken = [task for task in tasks if task.statements]
        if not spoken:
            return []
        blocks: list[Block] = [Heading(level=2, text=heading)]
        for task in spoken:
            title = self._speech.choose(task.title_vi, task.title_en)
            blocks.append(Heading(level=3, text=self._speech.say("task_head", code=task.code, title=title)))
            for statement in task.statements:
                blocks += self._statement(statement)
            if task.silent:
                lead = self._speech.say("silent_leads")
                blocks.append(Paragraph(lead=lead, text=f"{self._named(task.silent)}.", style=Style.NOTE))
        return blocks

    def _statement(self, statement: StatementRead) -> list[Block]:
        source = self._sources.get(statement.submission)
        number = source.number if source else 0
        name = self._speech.choose(statement.agency_name_vi, self._names.get(statement.agency, ("", None))[1])
        said = self._speech.say(
            f"said_{statement.voice.value}",
            agency=f"{name} [{number}]" if number else name,
            status=self._speech.say(statement.status.value),
            task=statement.task.rsplit("/", 1)[-1],
        )
        first, *further = self._shortening.shorten(statement.text or "", number, self._speech)
        blocks: list[Block] = [Paragraph(lead=said, text=first)]
        blocks += [Paragraph(text=text) for text in further]
        if statement.evidence:
            told = self._shortening.shorten(statement.evidence, number, self._speech)
            blocks.append(Paragraph(lead=self._speech.say("evidence"), text=" ".join(told), style=Style.QUOTE))
        if statement.funding:
            amount = self._speech.say("million_dong", amount=self._speech.written(statement.funding))
            blocks.append(Paragraph(lead=self._speech.say("funding"), text=f"{amount}.", style=Style.QUOTE))
        return blocks

    def _named(self, agencies: Sequence[str]) -> str:
        """Return the names of agencies; of very many the first, and how many more there are."""
        shown = agencies if len(agencies) <= MOST_NAMES else agencies[:SOME_NAMES]
        names = "; ".join(self._speech.choose(*self._names.get(agency, (agency, None))) for agency in shown)
        further = self._speech.number(len(agencies) - len(shown))
        return names if len(shown) == len(agencies) else self._speech.say("and_others", names=names, count=further)


def _word(task: TaskProgressRead) -> str:
    return task.status.value if task.status else NO_WORD
