"""What the acts of the workflow share: who takes part, what was expected so far, and what must hold after each."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from tests.submissions.workflow.desk import OWNER, REVIEWER, Desk, content_of, figures_in
from tests.submissions.workflow.expected import (
    Build,
    Figures,
    Read,
    Refusal,
    Report,
    Version,
    accepted_of,
    put_together,
    sources_of,
)
from tests.submissions.workflow.invariants import Witness, read_figures
from tests.submissions.workflow.reach import Counted

LINKS_FOLLOWED = 3
MOMENTS_READ = 4
ONE_DAY = timedelta(days=1)
BEGINNINGS = ("nothing", "nothing", "nothing", "accepted", "reported")
WHY = {"reason": "Theo công văn."}


class Story(Counted):
    """Two departments, their department of foreign affairs, the people's committee and the ministry."""

    desk: Desk
    folder: Path
    keys: str

    @initialize(drawn=st.integers(0, 2**32 - 1))
    def enter(self, drawn: int) -> None:
        random = Random(drawn)
        room = self.desk.next_room()
        self.steps_taken = Counter()
        self.tried: Counter[str] = Counter()
        self.days = random.choice((0, 0, 2, 4))
        self.today = self.desk.at(self.days)
        owed = self.desk.occurrences(room.below)
        self.both = [Report(owed[agency], agency, agency, heir) for agency, heir in room.departments]
        self.whole = Report(self.desk.occurrences(room.above)[OWNER], OWNER, OWNER, ruled=date(2026, 7, 10))
        self.cycle = self.desk.sql("select id::text from cycle where obligation = $1", room.below)[0]["id"]
        self.closed = False
        self.builds: list[Build] = []
        self.own: Figures | None = None
        self.lines: dict[str, tuple[str, int]] = {}
        self.withdrawn: list[str] = []
        self.told: Counter[str] = Counter()
        self.moments: list[tuple[str, Read]] = []
        """What was in force from which decision on."""
        self.cursor: tuple[str, Read] | None = None
        self.witness = Witness(self.desk, room)
        self.looked = [0, 0, 0]
        for one in self.both:
            self._begin(one, random.choice(BEGINNINGS))
            one.comes_from = random.choice((0, 15, 30))

    def _begin(self, one: Report, how_far: str) -> None:
        """Let a story begin where reports have come already: most of what can go wrong comes after that."""
        if how_far == "nothing":
            return
        self.send(one, {"JP": 3, "KR": None})
        if how_far == "accepted":
            self.review(one, one.versions[-1], "accept", REVIEWER)

    @property
    def all(self) -> list[Report]:
        return [*self.both, self.whole]

    @invariant()
    def the_tables_are_as_expected(self) -> None:
        self.witness.ledger_is_as_expected(self.all)
        self.witness.each_act_was_told_once(self.told)
        for one in self.all:
            self.count(f"state: {one.state}")
        for one in self.both:
            self.count(f"clock: {one.clock(self.today)}")
        self.count("cycle: closed" if self.closed else "cycle: open")

    @invariant()
    def what_is_read_is_as_expected(self) -> None:
        """Look from one of three sides after each act; a fault that shows from one only stands long enough."""
        turn = self.done % len(self.looked)
        if self.looked[turn] == self.done:
            return
        self.looked[turn] = self.done
        if turn == 0:
            self.witness.counts_are_as_recounted(self.both, self.today)
        elif turn == 1:
            self.witness.reports_read_as_expected(self.both, self.today)
        elif self.builds:
            self._the_whole_reads_as_expected()

    def _the_whole_reads_as_expected(self) -> None:
        seen, last = self.witness.the_owner_sees(self.whole.id), self.builds[-1]
        stale = last.sources != sources_of(self.both)
        assert (seen["build"], seen["submission"]) == (last.number, last.submission)
        assert (seen["stale"], seen["stale_since"] is not None) == (stale, last.marked)
        assert seen["adjustments_pending"] == (self.lines.keys() != last.lines)
        self.count("whole: stale" if stale else "whole: as below")

    def teardown(self) -> None:
        if self.is_broken or not hasattr(self, "witness"):
            return
        total = self.witness.counts_are_as_recounted(self.both, self.today)
        names = sorted(total["links"])
        at = self.told.total() % len(names)
        self.witness.links_lead_to_as_many_rows(total, [*names, *names][at : at + LINKS_FOLLOWED])
        self.witness.reports_read_as_expected(self.both, self.today)
        self.witness.whole_reads_as_expected(self.whole, self.today)
        if self.builds:
            self._the_whole_reads_as_expected()
        for at, then in self.moments[:MOMENTS_READ]:
            assert read_figures(self.witness.figures_read(known_at=at)[0]) == then
        self.witness.every_figure_has_one_version()
        self.witness.receipts_verify_offline(self.all, self.folder, self.keys)
        for one in self.all:
            self.witness.the_same_content_has_the_same_hash(one)
        self.witness.the_audit_holds()
        self.count("stories")

    def draft_of(self, one: Report) -> str:
        return f"/v1/occurrences/{one.id}/draft"

    def body(self, one: Report, figures: Figures) -> dict[str, Any]:
        return {"occurrence": one.id, **content_of(figures, nil=not figures)}

    def send(self, one: Report, figures: Figures) -> bool:
        answer = self.desk.post("/v1/submissions", one.hands, self.body(one, figures))
        return self.taken(one, answer, figures, nil=not figures)

    def submit_draft(self, one: Report, *, closed: bool) -> str | None:
        return self.draft_taken(one, self.desk.post(f"{self.draft_of(one)}/submit", one.hands), closed=closed)

    def draft_taken(self, one: Report, answer: httpx.Response, *, closed: bool) -> str | None:
        figures = one.draft or {}
        refusal = one.refusal_to_take(closed)
        if any(value is not None and value < 0 for value in figures.values()):
            refusal = refusal or (422, "content_refused")
        if refusal:
            said(answer, refusal)
            return None
        self.taken(one, answer, figures, nil=one.draft_is_nil, closed=closed)
        one.keep_draft({})
        return str(answer.json()["id"])

    def taken(
        self,
        one: Report,
        answer: httpx.Response,
        figures: Figures,
        *,
        nil: bool = False,
        closed: bool | None = None,
    ) -> bool:
        """A report came: a new version, the same again, or refused."""
        refusal = one.refusal_to_take(self.closed if closed is None else closed)
        again = refusal is None and one.is_same_again(figures, nil)
        if not said(answer, refusal, 200 if again else 201):
            return False
        if again:
            assert one.latest is not None
            assert answer.json()["id"] == one.latest.id
            self.count("the same again")
        else:
            self.take(one, answer, figures, nil=nil)
        return True

    def take(self, one: Report, answer: httpx.Response, figures: Figures, *, nil: bool = False) -> None:
        """A new version came."""
        sent, punctuality = answer.json(), one.punctuality(self.today)
        one.take(Version(sent["id"], dict(figures), one.hands, punctuality, nil=nil), self.today)
        assert (sent["version"], sent["punctuality"]) == (len(one.versions), punctuality)
        self.told["submission.received"] += 1
        self.count(f"came: {punctuality}")

    def review(self, one: Report, version: Version, act: str, by: str, days: int | None = None) -> None:
        due_on = None if days is None else self.today + ONE_DAY * days
        answer = self.desk.post(f"/v1/submissions/{version.id}/{act}", by, review_of(act, due_on))
        said(answer, None)
        self.reviewed(one, answer, act, due_on)

    def reviewed(self, one: Report, answer: httpx.Response, act: str, due_on: date | None = None) -> None:
        """The latest version was accepted or returned."""
        decision = {"accept": "accepted", "return": "returned"}[act]
        one.decide(decision, due_on)
        assert answer.json()["state"] == decision
        self.told[f"submission.{decision}"] += 1
        self.count(f"{decision}: version {min(len(one.versions), 3)}")
        if one is not self.whole:
            self.moments.append((answer.json()["review"]["decided_at"], accepted_of(self.both)))

    def build_now(self, own: Figures | None, goes_on: bool) -> Build:
        """Return what a build gives now."""
        sources = sources_of(self.both)
        adjusted: dict[str, int] = {}
        for country, amount in self.lines.values():
            adjusted[country] = adjusted.get(country, 0) + amount
        figures, nil, counted = put_together(self.both, own, adjusted)
        written = goes_on or None not in sources.values()
        return Build(len(self.builds) + 1, sources, figures, nil, counted, written, frozenset(self.lines))

    def is_as_built(self) -> bool:
        """Say whether the draft of the whole holds what a build wrote into it last."""
        written = [one for one in self.builds if one.written]
        return bool(written) and written[-1].content == (self.whole.draft, self.whole.draft_is_nil)

    def check_cells(self, built: Build) -> None:
        """Each cell is the sum of what its sources say and of the signed lines."""
        door = f"/v1/occurrences/{self.whole.id}/consolidation/cells"
        cells = self.desk.read(door, OWNER)["items"]
        assert figures_in(cells) == built.figures
        for one in cells:
            given = [part["value"] for part in one["sources"] if part["counted"] and part["value"] is not None]
            country = one["dimensions"]["partner_country"]
            assert one["adjustment"] == built.adjusted.get(country, 0)
            assert one["value"] == (sum(given) + one["adjustment"] if given else None)


def said(answer: httpx.Response, refusal: Refusal, status: int | None = None) -> bool:
    """Compare an answer with what was expected, and say whether the act took place."""
    if refusal is not None:
        assert (answer.status_code, answer.json().get("code")) == refusal, answer.text
        return False
    assert answer.status_code == status if status else answer.status_code in (200, 201), answer.text
    return True


def review_of(act: str, due_on: date | None = None) -> dict[str, Any] | None:
    """Return what a reviewer writes."""
    if act == "accept":
        return None
    until = {"due_on": due_on.isoformat()} if due_on else {}
    return {"reason_code": "figures_wrong", "text": "Số liệu chưa khớp.", **until}
