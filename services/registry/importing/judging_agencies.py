"""What becomes of the rows of a file of agencies: made, changed from a day on, ended, as they are, or rejected."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from services.registry.agency.acts import Change, Kept, change_from, end_of
from services.registry.agency.codes import QCVN102, normal_code
from services.registry.agency.dated_sets import Dated, on_day, replaced
from services.registry.agency.errors import MissionFactsWrong, NothingToChange, VersionDayWrong
from services.registry.agency.tables import Act
from services.registry.agency.versions import Version, require_mission_facts, shown_on
from services.registry.importing.catalogue import Finding
from services.registry.importing.circles import in_circles
from services.registry.importing.judging import Cells, Verdict
from services.registry.importing.reading import Row
from services.registry.importing.state import RegistryState, common, covers
from services.registry.importing.tables import Outcome
from services.registry.importing.values import (
    read_country,
    read_day,
    read_kind,
    read_list,
    read_zone,
)
from services.registry.plan.stewards import Steward

CODE = re.compile(r"[A-Z][A-Z0-9-]{0,39}")
PLAIN = ("name_vi", "name_en", "city")
NEW_NEEDS = ("name_vi", "name_en", "kind", "valid_from")


class AgencyJudge:
    """Judges all rows of one file together, because they may name one another."""

    def __init__(self, state: RegistryState, steward: Steward, reason: str, today: date) -> None:
        self._state, self._steward, self._reason, self._today = state, steward, reason, today
        self._seen: dict[str, Row] = {}

    def judge(self, rows: Sequence[Row]) -> list[Verdict]:
        """Return a verdict for each row."""
        self._in_file = {row.cells.get("id", "") for row in rows}
        verdicts = [self._first(row) for row in rows]
        self._refuse_dangling(verdicts)
        while circle := in_circles(self._state, [v.act.becomes for v in verdicts if v.act is not None]):
            for verdict in verdicts:
                if verdict.act is not None and verdict.subject in circle:
                    verdict.reject(Finding("parent_circle", "parent", verdict.row.cells.get("parent")))
            self._refuse_dangling(verdicts)
        self._refuse_taken(verdicts)
        self._refuse_dangling(verdicts)
        return verdicts

    def _first(self, row: Row) -> Verdict:
        verdict = Verdict(row, findings=list(row.findings))
        cells = Cells(row.cells, verdict.findings)
        code = cells.text("id", needed=True)
        if code is None:
            return verdict
        verdict.subject = code
        if not CODE.fullmatch(code):
            verdict.reject(Finding("value_invalid", "id", code, "HT-SNV"))
        if code in self._seen:
            verdict.reject(Finding("row_repeated", "id", code, str(self._seen[code].row)))
            return verdict
        self._seen[code] = row
        facts, wanted = self._facts(cells, verdict), self._sets(cells, verdict)
        days = (cells.read("valid_from", read_day), cells.read("valid_to", read_day))
        reason = cells.text("reason", longest=1000) or self._reason
        kept = self._state.agencies.get(code)
        if kept is None:
            self._make(verdict, cells, facts, wanted, days, reason)
        elif not verdict.has_errors:
            self._change(verdict, kept, facts, wanted, days, reason)
        return verdict

    def _facts(self, cells: Cells, verdict: Verdict) -> dict[str, Any]:
        day = _day_or(cells, self._today)
        facts: dict[str, Any] = {name: cells.text(name) for name in PLAIN}
        facts["kind"] = cells.read("kind", read_kind)
        facts["time_zone"] = cells.read("time_zone", read_zone)
        facts["host_country"] = cells.read("host_country", read_country)
        facts["parent"] = self._agency(cells, verdict)
        province = cells.text("province")
        if province is not None:
            facts["province"] = self._state.find_province(province, day)
            if facts["province"] is None:
                verdict.findings.append(Finding("not_there_then", "province", province))
        return {name: value for name, value in facts.items() if value is not None}

    def _agency(self, cells: Cells, verdict: Verdict) -> str | None:
        written = cells.text("parent")
        if written is None or written in self._in_file:
            return written
        found = self._state.find_agencies(written)
        if len(found) == 1:
            return found[0]
        if found:
            verdict.findings.append(Finding("agency_ambiguous", "parent", written, ", ".join(found[:10])))
        else:
            verdict.findings.append(Finding("agency_unknown", "parent", written))
        return None

    def _sets(self, cells: Cells, verdict: Verdict) -> dict[str, list[tuple[str, ...]]]:
        wanted: dict[str, list[tuple[str, ...]]] = {}
        names = cells.text("aliases", longest=4000)
        if names is not None:
            wanted["aliases"] = [(name,) for name in read_list(names)]
        written = cells.text("qcvn102", longest=60)
        if written is not None:
            code = normal_code(QCVN102, written)
            if code is None:
                verdict.findings.append(Finding("value_invalid", "qcvn102", written, "H29.15, 000.00.15.H29"))
            else:
                wanted["codes"] = [(QCVN102, code, "given_by_steward")]
        return wanted

    def _make(
        self,
        verdict: Verdict,
        cells: Cells,
        facts: Mapping[str, Any],
        wanted: Mapping[str, list[tuple[str, ...]]],
        days: tuple[date | None, date | None],
        reason: str,
    ) -> None:
        for name in NEW_NEEDS:
            cells.text(name, needed=True)
        if not self._steward.may_change([facts.get("province")]):
            verdict.findings.append(Finding("not_steward", "province", facts.get("province")))
        if days[0] and days[1] and days[1] < days[0]:
            verdict.findings.append(Finding("day_invalid", "valid_to", str(days[1]), f"< {days[0]}"))
        if verdict.has_errors:
            return
        first = Version(valid_from=days[0], valid_to=days[1], reason=reason, **facts)
        sets = {part: replaced([], wanted.get(part, []), *days) for part in ("aliases", "codes", "relations")}
        made = Kept(str(verdict.subject), [first], sets)
        self._settle(verdict, Change(Act.CREATED, days[0], made, [first], sets), {}, made.on(days[0]))

    def _change(
        self,
        verdict: Verdict,
        kept: Kept,
        facts: Mapping[str, Any],
        wanted: dict[str, list[tuple[str, ...]]],
        days: tuple[date | None, date | None],
        reason: str,
    ) -> None:
        day, last = days[0] or self._today, days[1]
        shown = shown_on(kept.versions, day)
        provinces = [*{one.province for one in kept.versions}, facts.get("province", shown.province)]
        if not self._steward.may_change(provinces):
            verdict.reject(Finding("not_steward", "id", kept.agency))
            return
        differing = {name: value for name, value in facts.items() if getattr(shown, name) != value}
        wanted = {part: _merged(kept, part, keys, day) for part, keys in wanted.items()}
        changes = {p: k for p, k in wanted.items() if sorted(k) != on_day(kept.sets[p], day)}
        ends = last is not None and last != kept.last_day
        if ends and (differing or changes):
            verdict.reject(Finding("end_and_change", "valid_to", str(last)))
            return
        try:
            if ends and last is not None:
                act = end_of(kept, last, reason)
            else:
                act = change_from(kept, day, differing, changes, reason)
        except NothingToChange:
            verdict.outcome = Outcome.UNCHANGED
            return
        except VersionDayWrong as wrong:
            column = "valid_to" if ends else "valid_from"
            verdict.reject(Finding("day_invalid", column, str(last if ends else day), wrong.detail))
            return
        except MissionFactsWrong as wrong:
            verdict.reject(Finding("value_invalid", "host_country", None, wrong.detail))
            return
        self._settle(verdict, act, *act.recorded())

    def _settle(self, verdict: Verdict, act: Change, before: dict[str, Any], after: dict[str, Any]) -> None:
        try:
            newest = act.becomes.versions[-1]
            require_mission_facts(newest.kind, newest.host_country, newest.city)
        except MissionFactsWrong as wrong:
            verdict.reject(Finding("value_invalid", "host_country", newest.host_country, wrong.detail))
            return
        verdict.act = act
        verdict.outcome = Outcome.CREATE if act.act is Act.CREATED else Outcome.CHANGE
        verdict.change = {"holds_from": str(act.holds_from), "before": before, "after": after}

    def _refuse_dangling(self, verdicts: Sequence[Verdict]) -> None:
        """Reject rows that name what is not there on all of their days, and those that fall with them."""
        fallen = True
        while fallen:
            fallen = False
            becoming = {v.act.becomes.agency: v.act.becomes for v in verdicts if v.act is not None}
            naming = _naming({**self._state.agencies, **becoming})
            own = {v.subject: v for v in verdicts if v.act is not None}
            waiting = list(own.values())
            while waiting:
                verdict = waiting.pop()
                finding = next(self._dangling(verdict.act, becoming, naming), None) if verdict.act else None
                if finding is not None:
                    verdict.reject(finding)
                    becoming.pop(str(verdict.subject))
                    below = naming.get(str(verdict.subject), ())
                    waiting += [own[agency] for agency in below if agency in own]
                    fallen = True

    def _dangling(
        self, act: Change, becoming: Mapping[str, Kept], naming: Mapping[str, Sequence[str]]
    ) -> Iterator[Finding]:
        for one in act.versions or ():
            days = (one.valid_from, one.valid_to)
            if one.parent is not None:
                above = becoming.get(one.parent) or self._state.agencies.get(one.parent)
                if above is None:
                    yield Finding("parent_rejected", "parent", one.parent)
                    return
                if not covers((above.first_day, above.last_day), days):
                    yield Finding("not_there_then", "parent", one.parent)
                    return
            unit = self._state.provinces.get(one.province or "")
            if one.province is not None and (unit is None or not covers(unit.days, days)):
                yield Finding("not_there_then", "province", one.province)
                return
        if act.act is Act.ENDED and act.becomes.last_day is not None:
            last = act.becomes.last_day
            there = {**self._state.agencies, **becoming} if naming.get(act.was.agency) else {}
            below = [
                agency
                for agency in naming.get(act.was.agency, ())
                for one in there[agency].versions
                if one.parent == act.was.agency and (one.valid_to is None or one.valid_to > last)
            ]
            if below:
                yield Finding("day_invalid", "valid_to", str(last), ", ".join(below[:10]))

    def _refuse_taken(self, verdicts: Sequence[Verdict]) -> None:
        """Reject a code that another agency has on some of the days, in the registry or further up in the file."""
        changed = {v.act.was.agency for v in verdicts if v.act is not None}
        held: dict[tuple[str, ...], list[tuple[str, Dated]]] = {}
        for agency, kept in self._state.agencies.items():
            if agency not in changed:
                for row in kept.sets["codes"]:
                    held.setdefault(row.key[:2], []).append((agency, row))
        for verdict in (v for v in verdicts if v.act is not None):
            codes = verdict.act.becomes.sets["codes"]
            taken = [
                (row.key[1], other)
                for row in codes
                for other, theirs in held.get(row.key[:2], ())
                if common((row.valid_from, row.valid_to), (theirs.valid_from, theirs.valid_to))
            ]
            if taken:
                verdict.reject(Finding("code_taken", "qcvn102", taken[0][0], taken[0][1]))
                continue
            for row in codes:
                held.setdefault(row.key[:2], []).append((str(verdict.subject), row))


def _naming(agencies: Mapping[str, Kept]) -> dict[str, list[str]]:
    """Return who ever stands under whom."""
    naming: dict[str, list[str]] = {}
    for kept in agencies.values():
        for parent in {one.parent for one in kept.versions} - {None}:
            naming.setdefault(str(parent), []).append(kept.agency)
    return naming


def _day_or(cells: Cells, today: date) -> date:
    written = cells.text("valid_from")
    try:
        return read_day(written) if written else today
    except ValueError:
        return today


def _merged(kept: Kept, part: str, keys: list[tuple[str, ...]], day: date) -> list[tuple[str, ...]]:
    """A file says one identifier: codes of other schemes stay, and a status that is known is kept."""
    if part != "codes":
        return keys
    now = on_day(kept.sets[part], day)
    known = {key[:2]: key for key in now}
    return [known.get(key[:2], key) for key in keys] + [key for key in now if key[0] != QCVN102]
