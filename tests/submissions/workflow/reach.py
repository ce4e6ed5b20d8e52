"""Steps of a story: which there are, when each can do something, and how often each was taken.

What is drawn does not depend on how a story stands, for of two acts at once either may come first: a step is one
of those that are possible then. Hypothesis likes to repeat what it drew, so where a step stands counts too.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.submissions.workflow.expected import COUNTRIES, Figures, Report

Act = Callable[[Any, "Given"], bool | None]
Fits = Callable[[Any, Report], bool]
Method = TypeVar("Method", bound=Callable[..., Any])


@dataclass(frozen=True)
class Given:
    """What is given for a step, whichever it is."""

    step: int
    is_rare: bool
    who: int
    figures: Figures
    others: Figures
    act: str
    days: int
    number: int
    yes: bool
    also: bool

    @property
    def anything(self) -> Figures:
        """Figures, or nothing at all: a nil report."""
        return {} if self.number % 4 == 0 else self.figures

    @property
    def until(self) -> int | None:
        """In how many days a correction is due, if on a day."""
        return self.days if self.yes else None


def give(drawn: int, at: int) -> Given:
    """Return what is given for the step at a place of a story."""
    random = Random(f"{drawn} at {at}")
    return Given(
        step=random.randrange(2**16),
        is_rare=random.random() < 2 / 3,
        who=random.randrange(2),
        figures=some_figures(random),
        others=some_figures(random),
        act=random.choice(("accept", "return")),
        days=random.randint(1, 3),
        number=random.randrange(100),
        yes=random.random() < 1 / 2,
        also=random.random() < 1 / 2,
    )


def some_figures(random: Random) -> Figures:
    told = random.sample(COUNTRIES, random.randint(1, len(COUNTRIES)))
    return {country: None if random.random() < 1 / 4 else random.randint(0, 9) for country in told}


def step(when: Callable[[Any], bool] = lambda story: True) -> Callable[[Method], Method]:
    """A step that is taken when it can do something. It says False where it did nothing, or was refused."""

    def made(act: Method) -> Method:
        act.when = when  # type: ignore[attr-defined]
        return act

    return made


def about(fits: Fits) -> Callable[[Callable[[Any, Report, Given], bool | None]], Act]:
    """A step about one report that it fits: the one that is given, else the other."""

    def made(act: Callable[[Any, Report, Given], bool | None]) -> Act:
        def found(story: "Counted", given: Given) -> bool | None:
            named = (story.both[given.who], *story.both)
            fitting = [one for one in named if fits(story, one)]
            return act(story, fitting[0], given)

        found.__name__ = act.__name__
        return step(lambda story: any(fits(story, one) for one in story.both))(found)

    return made


class Counted(RuleBasedStateMachine):
    """A machine that counts what it did, over all of its stories."""

    reached: Counter[str]
    both: list[Report]
    steps_taken: Counter[str]
    """Of this story; a rare step is one of those that it took least."""
    done = 0
    """Acts of this story that changed something."""
    is_broken = False

    @classmethod
    def steps(cls) -> Iterator[Act]:
        """Give every step that there is."""
        listed = (getattr(cls, name) for name in sorted(dir(cls)))
        return (one for one in listed if hasattr(one, "when"))

    @rule(drawn=st.integers(0, 2**32 - 1))
    def take_a_step(self, drawn: int) -> None:
        given = give(drawn, self.steps_taken.total())
        possible = [one for one in self.steps() if one.when(self)]  # type: ignore[attr-defined]
        if given.is_rare:
            fewest = min(self.steps_taken[one.__name__] for one in possible)
            possible = [one for one in possible if self.steps_taken[one.__name__] == fewest]
        act = possible[given.step % len(possible)]
        note(f"# {act.__name__}: {given}")
        self.is_broken = True
        took_place = act(self, given) is not False
        self.is_broken = False
        self.steps_taken[act.__name__] += 1
        self.done += took_place
        self.count(act.__name__ if took_place else f"{act.__name__}: nothing")

    def count(self, word: str) -> None:
        self.reached[word] += 1

    def check_invariants(self, *given: Any, **more: Any) -> None:
        self.is_broken = True
        super().check_invariants(*given, **more)
        self.is_broken = False
