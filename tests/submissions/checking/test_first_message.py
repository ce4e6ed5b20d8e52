"""A message with no version before it: as it stands it is the report that its rows, acting one by one, make."""

from hypothesis import given
from hypothesis import strategies as st

from services.submissions.checking.canonical import content_sha256
from services.submissions.checking.check import ReportContext, check
from services.submissions.checking.read_sdmx_csv import read_sdmx_csv
from services.submissions.checking.sdmx_actions import Before, apply_actions
from services.submissions.cycle.periods import read_period
from tests.submissions.checking.builders import a_form

KEYS = "ACTION,INDICATOR,SEX,AGE_GROUP,PARTNER_COUNTRY,SKILL_LEVEL"
HEADER = f"STRUCTURE,STRUCTURE_ID,{KEYS},OBS_VALUE,OBS_STATUS,REASON"
NOTHING_THERE = Before(nil=["*"])
"""Also no figures, but something to look at: rows act one by one on it."""
CELLS = st.tuples(
    st.sampled_from("IMRA"),
    st.sampled_from(["LABOUR_OUT_FLOW", "LABOUR.OUT.STOCK", "LABOUR_OUT_STOCK", "NONE", ""]),
    st.sampled_from(["female", "male", "_Z", ""]),
    st.sampled_from(["adult", "unknown", ""]),
    st.sampled_from(["JP", "KR", "XX", ""]),
    st.sampled_from(["skilled", ""]),
    st.sampled_from(["1", "2", "x", ""]),
    st.sampled_from(["", "A", "M", "not_available"]),
    st.sampled_from(["", "chưa thống kê"]),
)


@given(st.lists(CELLS, min_size=1, max_size=6))
def test_a_first_message_is_the_report_as_it_stands(rows):
    form = a_form()
    fixed = f"dataflow,GCM:{form.id}({form.version}.0)"
    raw = "\n".join([HEADER, *(f"{fixed},{','.join(row)}" for row in rows)]).encode()
    said = []
    for before in (Before(), NOTHING_THERE):
        whole = apply_actions(read_sdmx_csv(raw).columns(form), before, form)
        result = check(form, read_period("2026-S1"), whole, ReportContext())
        hashed = content_sha256(form, result) if result.is_acceptable else None
        said.append(([one.as_wire() for one in result.findings], hashed))

    assert said[0] == said[1]
