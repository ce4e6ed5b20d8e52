"""What is told about successions."""

from datetime import date

from kernel.events import NewEvent


def confirmed_event(succession: str, predecessor: str, successor: str, effective_on: date) -> NewEvent:
    """Tell that an agency follows another from a day on."""
    data = {
        "succession": succession,
        "predecessor": predecessor,
        "successor": successor,
        "effective_on": effective_on.isoformat(),
    }
    return NewEvent(type="succession.confirmed", subject=succession, data=data)
