"""The sentences of `explain` beside the deadline: is there a cycle, which day decides, who owes and carries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.registry.agency.rules import RegistrySnapshot
from services.registry.obligation.cycles import Cycle
from services.registry.obligation.duty import Duty
from services.registry.obligation.owing import parts_taken_over
from services.registry.obligation.step import Step, day_en, day_vi

PartsTaken = Mapping[str, tuple[str, ...]]
"""By agency: the ended agencies whose part it has."""


@dataclass(frozen=True, slots=True)
class People:
    """Who owes a cycle, with the parts that they took over, step by step."""

    parts: PartsTaken
    steps: tuple[Step, ...]


def explain_people(cycle: Cycle, duty: Duty, snapshot: RegistrySnapshot) -> People:
    """Say who owes a cycle, and by which steps."""
    parts = parts_of(cycle, duty, snapshot)
    return People(parts, (deciding_step(cycle), *_owing_steps(cycle, duty, parts)))


def explain_when(cycle: Cycle, duty: Duty) -> tuple[Step, ...]:
    """Say when a cycle is due: the period, that the cycle exists, then from the wording to the instant."""
    period, *rest = cycle.deadline.steps
    return (period, validity_step(cycle, duty), *rest)


def parts_of(cycle: Cycle, duty: Duty, snapshot: RegistrySnapshot) -> PartsTaken:
    """Say whose parts the reporters of a cycle took over, by succession of a printed reporter or a member."""
    groups = [snapshot.groups[code] for code in duty.reporter if code in snapshot.groups]
    found = {}
    for reporter in cycle.owing.reporters:
        taken = [code for code in reporter.duty.split("|") if code != reporter.agency]
        for group in groups:
            taken += parts_taken_over(reporter.agency, group, cycle.owing.day, snapshot)
        found[reporter.agency] = tuple(dict.fromkeys(taken))
    return found


def validity_step(cycle: Cycle, duty: Duty) -> Step:
    """Say why there is a cycle: the period's end lies in the validity."""
    end = cycle.period.end
    until_vi = f" đến ngày {day_vi(duty.valid_to)}" if duty.valid_to else ""
    until_en = f" until {day_en(duty.valid_to)}" if duty.valid_to else ""
    from_vi = f" từ ngày {day_vi(duty.valid_from)}" if duty.valid_from else ""
    from_en = f" from {day_en(duty.valid_from)}" if duty.valid_from else ""
    return Step(
        "validity",
        f"Kỳ báo cáo kết thúc ngày {day_vi(end)}, khi chế độ báo cáo đang có hiệu lực "
        f"({duty.id}{from_vi}{until_vi}).",
        f"The period ends on {day_en(end)}, while the obligation is in force ({duty.id}{from_en}{until_en}).",
        {"obligation": duty.id, "period_end": end.isoformat()},
    )


def deciding_step(cycle: Cycle) -> Step:
    """Say which day decides who owes."""
    day, due_on = cycle.owing.day, cycle.deadline.due_on
    if due_on is None:
        vi, en = "ngày cuối kỳ, vì không có ngày đến hạn", "the period's last day, as there is no due day"
    elif due_on < cycle.period.end:
        vi, en = "ngày đến hạn, vì sớm hơn ngày cuối kỳ", "the due day, which comes before the period's last day"
    else:
        vi, en = "ngày cuối kỳ, vì không muộn hơn ngày đến hạn", "the period's last day, not after the due day"
    return Step(
        "deciding_day",
        f"Cơ quan phải nộp được xác định tại ngày {day_vi(day)}: {vi}.",
        f"Who owes is decided as of {day_en(day)}: {en}.",
        {"decided_on": day.isoformat()},
    )


def _owing_steps(cycle: Cycle, duty: Duty, parts: PartsTaken) -> Iterator[Step]:
    count = len(cycle.owing.reporters)
    yield Step(
        "reporters",
        f"Có {count} cơ quan phải nộp ({' | '.join(duty.reporter)}); nơi nhận không nộp cho chính mình.",
        f"{count} agencies owe it ({' | '.join(duty.reporter)}); the recipient never reports to itself.",
        {"reporters": count, "expression": list(duty.reporter), "recipients": list(cycle.recipients)},
    )
    for agency, taken in parts.items():
        if taken:
            yield carried_step(agency, taken)
    for agency in cycle.owing.excused:
        yield excused_step(agency)
    for code in cycle.owing.orphaned:
        yield orphaned_step(code)


def carried_step(agency: str, taken: tuple[str, ...]) -> Step:
    """Say whose part an agency has by succession."""
    return Step(
        "carried",
        f"{agency} nộp cả phần của {', '.join(taken)} theo việc kế thừa đã được xác nhận.",
        f"{agency} also has the part of {', '.join(taken)}, by confirmed succession.",
        {"agency": agency, "carries": list(taken)},
    )


def excused_step(agency: str) -> Step:
    """Say that an agency does not owe it, by derogation."""
    return Step(
        "derogation",
        f"{agency} được miễn áp dụng chế độ báo cáo này vào ngày xác định, theo quyết định đã ghi nhận.",
        f"{agency} does not owe it on that day, by a derogation on record.",
        {"agency": agency},
    )


def orphaned_step(code: str) -> Step:
    """Say that nobody carries a printed reporter: it is listed, never dropped."""
    return Step(
        "orphaned",
        f"Không có cơ quan nào đang mang nghĩa vụ của {code}: cần cơ quan đầu mối xác nhận.",
        f"Nobody carries the duty of {code}: a steward has to decide.",
        {"orphaned": code},
    )
