"""A report that was checked in parts: what is known of it, and the files that hold its figures and findings."""

from collections import Counter
from dataclasses import dataclass, field
from typing import BinaryIO
from uuid import UUID

from kernel.ids import new_id
from services.submissions.checking.catalogue import Severity
from services.submissions.checking.check_narrative import Kept
from services.submissions.checking.explaining import Explained
from services.submissions.cycle.store import Owed
from services.submissions.form.definition import FormDefinition
from services.submissions.intake.spool import SortedFindings
from services.submissions.submission.reading import CSV
from services.submissions.submission.store import SubmissionStore
from services.submissions.submission.tables import Submission

STANDING_AGAINST = (Severity.BLOCKER, Severity.ERROR)


@dataclass(slots=True)
class Streamed:
    """A report that was checked in parts. Its figures and findings stand in files until it is closed."""

    owed: Owed
    form: FormDefinition
    figures: BinaryIO
    found: SortedFindings
    id: UUID = field(default_factory=new_id)
    sha256: str = ""
    media_type: str = CSV
    changes: int | None = None
    nil: list[str] = field(default_factory=list)
    narrative: Kept = field(default_factory=dict)
    cells: Counter[str] = field(default_factory=Counter)
    """How many figures there are, by what stands in them; as long as nothing stands against the report."""
    explanations: list[Explained] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity."""
        return {severity.value: self.found.counts[severity] for severity in Severity}

    @property
    def is_acceptable(self) -> bool:
        """Whether the report may be stored."""
        return not any(self.found.counts[severity] for severity in STANDING_AGAINST)

    async def keep(self, store: SubmissionStore, submission: Submission) -> None:
        """Keep figures and findings."""
        self.figures.seek(0)
        await store.copy_written(self.figures)
        await store.copy_findings(submission, self.found.merged())

    def close(self) -> None:
        """Let go of the files."""
        self.figures.close()
        self.found.close()
