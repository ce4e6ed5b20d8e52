"""Whether the rules of a form can be judged: looked at when it is published, and when it is loaded."""

from services.submissions.checking.rule_types import find_mistakes
from services.submissions.form.definition import FormContent
from services.submissions.form.errors import FormRulesWrong


def require_rules(form: FormContent) -> None:
    """Refuse rules that cannot be read, or name what the form does not have: all of them, with their places."""
    errors = [
        {
            "pointer": f"/content/rules/{number}/expression",
            "rule": rule,
            "position": mistake.position,
            "value": form.rules[number].expression[mistake.position :][:40],
            "message_vi": mistake.vi,
            "message_en": mistake.en,
        }
        for number, rule, mistake in find_mistakes(form)
    ]
    if errors:
        raise FormRulesWrong(errors)
