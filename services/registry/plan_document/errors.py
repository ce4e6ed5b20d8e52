"""Why the registry refuses something about documents."""

from collections.abc import Sequence
from typing import Any

from kernel.errors import Conflict, NotFound, Unprocessable


class DocumentUnknown(NotFound):
    """No document of the caller's agency has this id."""

    code = "plan_document_unknown"
    title = "There is no such document"

    def __init__(self, document: str) -> None:
        super().__init__(f"No document of yours has the id {document[:60]}.", plan_document=document[:60])


class DocumentItemUnknown(NotFound):
    """The document has no such item."""

    code = "plan_document_item_unknown"
    title = "The document has no such item"

    def __init__(self, item: str) -> None:
        super().__init__(f"The document has no item {item[:60]}.", item=item[:60])


class DocumentEmpty(Unprocessable):
    """A file without a single byte."""

    code = "plan_document_empty"
    title = "The file is empty"

    def __init__(self) -> None:
        super().__init__("The body has no bytes; send the file as the body.")


class DocumentHintWrong(Unprocessable):
    """A plan, province or agency that was named beside the document is not registered."""

    code = "plan_document_reference_invalid"
    title = "A plan, province or agency is not registered"

    def __init__(self, wrong: Sequence[tuple[str, str]]) -> None:
        errors = [{"rule": "registered", "severity": "error", "pointer": f"/{f}", "value": v} for f, v in wrong]
        super().__init__(f"Not registered: {', '.join(value for _, value in wrong)}.", errors=errors)


class DocumentNotOpen(Conflict):
    """The document is not one that can be corrected or published at this moment."""

    code = "plan_document_not_open"
    title = "The document cannot be changed in this state"

    def __init__(self, state: str, plan: str | None = None) -> None:
        reasons = {
            "reading": "It is being read; ask its job.",
            "refused": "It could not be read; send a readable file.",
            "published": f"It was published as {plan}; amend the plan itself.",
        }
        super().__init__(reasons.get(state, f"It is {state}."), state=state, plan=plan)


class DocumentItemWrong(Unprocessable):
    """A correction leaves an item that makes no sense."""

    code = "plan_document_item_invalid"
    title = "The item would make no sense"

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        super().__init__("Some values are wrong; each is listed in errors.", errors=list(errors))


class DocumentNameNowhere(NotFound):
    """The name stands nowhere in the document."""

    code = "plan_document_name_nowhere"
    title = "The name stands nowhere in the document"

    def __init__(self, printed: str) -> None:
        super().__init__(f"No item prints {printed[:200]!r}.", printed=printed[:200])


class DocumentNotReady(Unprocessable):
    """The document has questions that a person has to answer before it is published."""

    code = "plan_document_open_questions"
    title = "The document cannot be published with open questions"

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        wrong = sum(one["severity"] == "error" for one in errors)
        super().__init__(f"{wrong} questions are open; nothing was published.", errors=list(errors))
