"""What the acts of the workflow share: who takes part, what was expected so far, and how an answer is taken."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from tests.submissions.workflow.desk import (
    OWNER,
    REPORTERS,
    REVIEWER,
    Desk,
    content_of,
    figures_in,
)
from tests.submissions.workflow.expected import (
    COUNTRIES,
    Build,
    Figures,
    Refusal,
    Report,
    Version,
    put_together,
    sources_of,
)
from tests.submissions.workflow.invariants import Witness

who = st.sampled_from(REPORTERS)
countries = st.sampled_from(COUNTRIES)
values = st.one_of(st.integers(0, 9), st.integers(0, 9), st.none())
figures_told = st.dictionaries(countries, values, min_size=1, max_size=len(COUNTRIES))
anything_told = st.one_of(figures_told, figures_told, st.just({}))
"""Nothing at all is a nil report."""
beginnings = st.sampled_from(["nothing", "accepted", "accepted", "reported"])
acts = st.sampled_from(["accept", "return"])
RETURN = {"reason_code": "figures_wrong", "text": "Số liệu chưa khớp."}
WHY = {"reason": "Theo công văn."}


class Story(RuleBasedStateMachine):
    """Two departments, their department of foreign affairs, the people's committee and the ministry."""

    desk: Desk
    folder: Path
    keys: str

    @initialize(begun=st.tuples(beginnings, beginnings))
    def enter(self, begun: tuple[str, str]) -> None:
        room = self.desk.next_room()
        self.days = 0
        self.today = self.desk.at(0)
        owed = self.desk.occurrences(room.below)
        self.reports = {agency: Report(owed[agency], agency) for agency in REPORTERS}
        self.whole = Report(self.desk.occurrences(room.above)[OWNER], OWNER)
        self.cycle = self.desk.sql("select id::text from cycle where obligation = $1", room.below)[0]["id"]
        self.closed = False
        self.builds: list[Build] = []
        self.own: Figures | None = None
        self.lines: dict[str, tuple[str, int]] = {}
        self.withdrawn: list[str] = []
        self.witness = Witness(self.desk, room.below, room.above)
        self.desk.seal()
        self.first = self.desk.sql("select max(position) as last from event")[0]["last"]
        for one, how_far in zip(self.reports.values(), begun, strict=True):
            self._begin(one, how_far)

    def _begin(self, one: Report, how_far: str) -> None:
        """Let a story begin where reports have come already: most of what can go wrong comes after that."""
        if how_far == "nothing":
            return
        figures: Figures = {"JP": 3, "KR": None}
        self._taken(one, self.desk.post("/v1/submissions", one.agency, self._body(one, figures)), figures)
        if how_far == "accepted":
            self._review(one, one.versions[-1], "accept", REVIEWER)

    @invariant()
    def the_ledger_is_as_expected(self) -> None:
        self.witness.ledger_is_as_expected([*self.reports.values(), self.whole], self.today)
        self.witness.counts_are_as_recounted(list(self.reports.values()), self.today)

    @invariant()
    def the_whole_says_whether_it_is_stale(self) -> None:
        if self.builds:
            seen, last = self.witness.the_owner_sees(self.whole.id), self.builds[-1]
            assert seen["build"] == last.number
            assert seen["submission"] == last.submission
            assert seen["stale"] == (last.sources != sources_of(list(self.reports.values())))
            assert seen["adjustments_pending"] == (self.adjusted_lines != self.built_lines)

    def teardown(self) -> None:
        reports = list(self.reports.values())
        total = self.witness.counts_are_as_recounted(reports, self.today)
        self.witness.links_lead_to_as_many_rows(total)
        self.witness.every_figure_has_one_version()
        self.witness.receipts_verify_offline(self.folder, self.keys)
        self.witness.each_act_was_told_once([*reports, self.whole])
        self.witness.the_audit_holds(self.first)

    built_lines: frozenset[str] = frozenset()

    @property
    def adjusted_lines(self) -> frozenset[str]:
        return frozenset(self.lines)

    def _pick(self, agency: str, fits: Callable[[Report], bool]) -> Report | None:
        """Return the report of an agency if the act fits it, else another that it fits."""
        return next((one for one in (self.reports[agency], *self.reports.values()) if fits(one)), None)

    def _body(self, one: Report, figures: Figures) -> dict[str, Any]:
        return {"occurrence": one.id, **content_of(figures, nil=not figures)}

    def _draft(self, one: Report) -> str:
        return f"/v1/occurrences/{one.id}/draft"

    def _submit_draft(self, one: Report, *, closed: bool) -> str | None:
        answer = self.desk.post(f"{self._draft(one)}/submit", one.agency)
        if not one.is_drafted:
            said(answer, (409, "draft_empty"))
            return None
        figures = one.draft or {}
        refusal = one.refusal_to_take(closed)
        if any(value is not None and value < 0 for value in figures.values()):
            refusal = refusal or (422, "content_refused")
        if refusal:
            said(answer, refusal)
            return None
        self._taken(one, answer, figures, nil=one.draft_is_nil, closed=closed)
        one.keep_draft({})
        return str(answer.json()["id"])

    def _taken(
        self,
        one: Report,
        answer: httpx.Response,
        figures: Figures,
        *,
        nil: bool = False,
        closed: bool | None = None,
    ) -> None:
        """A report came: a new version, the same again, or refused."""
        refusal = one.refusal_to_take(self.closed if closed is None else closed)
        again = refusal is None and one.is_same_again(figures, nil)
        if not said(answer, refusal, 200 if again else 201):
            return
        if again:
            assert one.latest is not None
            assert answer.json()["id"] == one.latest.id
        else:
            one.take(Version(answer.json()["id"], dict(figures), nil=nil), self.today)
            assert answer.json()["version"] == len(one.versions)

    def _review(self, one: Report, version: Version, act: str, by: str) -> None:
        body = RETURN if act == "return" else None
        answer = self.desk.post(f"/v1/submissions/{version.id}/{act}", by, body)
        if said(answer, one.refusal_to_review(version)):
            one.decide(decision_of(act))

    def _not_later(self, one: Report, day: date) -> Refusal:
        if day <= one.due_on:
            return 422, "date_not_later"
        return (422, "date_passed") if day < self.today else None

    def _built(self, own: Figures | None, goes_on: bool) -> Build:
        reports = list(self.reports.values())
        sources = sources_of(reports)
        adjusted: dict[str, int] = {}
        for country, amount in self.lines.values():
            adjusted[country] = adjusted.get(country, 0) + amount
        figures, nil, counted = put_together(reports, own, adjusted)
        written = goes_on or None not in sources.values()
        return Build(len(self.builds) + 1, sources, figures, nil, counted, written)

    def _is_as_built(self) -> bool:
        """Say whether the draft holds what a build wrote into it last."""
        written = [one for one in self.builds if one.written]
        return bool(written) and written[-1].content == (self.whole.draft, self.whole.draft_is_nil)

    def _check_cells(self, built: Build) -> None:
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


def unused(use: str) -> str | None:
    return use if use == "waived" else None


def pending(one: Report, kind: str) -> Refusal:
    return (409, "exception_pending") if kind in one.asked else None


def decision_of(act: str) -> str:
    return {"accept": "accepted", "return": "returned"}[act]
