"""For which report a template is made: what stands on its first page, and in it for the machine."""

from dataclasses import dataclass, field
from datetime import date

from services.submissions.checking.check import ReportContext
from services.submissions.form.definition import FormDefinition


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """One report, or none: an empty template of a form."""

    context: ReportContext = field(default_factory=ReportContext)
    obligation: str | None = None
    period: str | None = None
    day: date | None = None
    """The period's last day: on it codes are judged. None takes every code."""
    due_on: date | None = None
    agency: str | None = None
    agency_name: str | None = None

    def named(self, form: FormDefinition) -> dict[str, str]:
        """Return what the file says of itself to the machine."""
        facts = {
            "occurrence": self.context.occurrence,
            "obligation": self.obligation,
            "period": self.period,
            "agency": self.agency,
            "form": form.id,
            "form_version": str(form.version),
        }
        return {name: value for name, value in facts.items() if value is not None}

    def shown(self, form: FormDefinition) -> list[tuple[str, str]]:
        """Return what stands on the first page."""
        facts = [
            ("Cơ quan / Agency", f"{self.agency_name} ({self.agency})" if self.agency else None),
            ("Nghĩa vụ báo cáo / Obligation", self.obligation),
            ("Kỳ báo cáo / Period", self.period),
            ("Hạn nộp / Due on", self.due_on.isoformat() if self.due_on else None),
            ("Biểu mẫu / Form", f"{form.id}, {form.version}"),
        ]
        return [(label, value) for label, value in facts if value]
