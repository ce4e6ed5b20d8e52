"""What a person should look at, in words: one function for each kind of doubt, with its stable code."""

from services.registry.document.proposal import Doubt


def number_differs(line: int, annex: str, head: str) -> Doubt:
    """An annex says that it belongs to another instrument than the one before it."""
    return Doubt(
        line,
        "number_differs",
        f"Phụ lục ghi số {annex}, đầu văn bản ghi số {head}.",
        f"The annex names {annex}, the head {head}.",
    )


def name_unresolved(line: int, item: str, printed: str) -> Doubt:
    """A name that no agency or group of that day bears."""
    return Doubt(
        line,
        "name_unresolved",
        f"{item}: chưa xác định được cơ quan “{printed}”.",
        f"{item}: nobody is known as “{printed}”.",
        item,
    )
