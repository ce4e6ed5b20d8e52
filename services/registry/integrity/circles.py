"""Checks for circles: what leads back to itself over parents, successions or obligations."""

from collections.abc import Iterator, Mapping, Sequence

from services.registry.integrity.facts import Facts
from services.registry.integrity.findings import Found, found

Graph = Mapping[str, Sequence[str]]


def parent_circles(facts: Facts) -> Iterator[Found]:
    """Agencies that stand under themselves on the day."""
    above = {v.agency: (v.parent,) for v in facts.versions if v.parent and v.span.holds_on(facts.day)}
    return _told(above)


def succession_circles(facts: Facts) -> Iterator[Found]:
    """Agencies that follow themselves as a whole, proposed successions included; functions may come back."""
    graph: dict[str, tuple[str, ...]] = {}
    for one in facts.successions:
        whole = (agency for agency in one.successors if agency not in one.partial)
        graph[one.predecessor] = (*graph.get(one.predecessor, ()), *whole)
    return _told(graph)


def next_level_circles(facts: Facts) -> Iterator[Found]:
    """Obligations that stand above themselves."""
    duties = facts.register.duties
    graph = {code: (duty.next_level,) for code, duty in duties.items() if duty.next_level in duties}
    return _told({code: tuple(one for one in to if one) for code, to in graph.items()}, facts)


def deadline_circles(facts: Facts) -> Iterator[Found]:
    """Obligations whose shared deadline leads back to themselves."""
    shared = {code: duty.deadline.with_obligation for code, duty in facts.register.duties.items()}
    return _told({code: (other,) for code, other in shared.items() if other}, facts)


def satisfied_circles(facts: Facts) -> Iterator[Found]:
    """Obligations that satisfy each other, so that neither is ever submitted."""
    graph = {code: (one.satisfied_by,) for code, one in facts.obligations.items() if one.satisfied_by}
    return _told({code: tuple(one for one in to if one) for code, to in graph.items()}, facts)


def circles(graph: Graph) -> list[tuple[str, ...]]:
    """Return every circle of a graph once, beginning with its smallest member; linear in nodes and edges."""
    done: set[str] = set()
    rounds: set[tuple[str, ...]] = set()
    for start in sorted(graph):
        if start not in done:
            rounds.update(_walk(start, graph, done))
    return sorted(rounds)


def _walk(start: str, graph: Graph, done: set[str]) -> Iterator[tuple[str, ...]]:
    path: list[str] = [start]
    on_path = {start: 0}
    ahead = [iter(graph.get(start, ()))]
    while path:
        node = next(ahead[-1], None)
        if node is None:
            done.add(path[-1])
            del on_path[path.pop()]
            ahead.pop()
        elif node in on_path:
            yield _turned(path[on_path[node] :])
        elif node not in done:
            on_path[node] = len(path)
            path.append(node)
            ahead.append(iter(graph.get(node, ())))


def _turned(members: list[str]) -> tuple[str, ...]:
    first = members.index(min(members))
    return (*members[first:], *members[:first])


def _told(graph: Graph, facts: Facts | None = None) -> Iterator[Found]:
    for members in circles(graph):
        plan = facts.obligations[members[0]].plan if facts and members[0] in facts.obligations else None
        yield found(members[0], *members, plan=plan, members=members, path=" → ".join((*members, members[0])))
