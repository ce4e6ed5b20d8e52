"""What is left of a finding about a confidential table."""

from services.submissions.disclosure.masking import HIDDEN_EN, is_about_open, mask_finding


def test_a_finding_loses_its_figures_when_it_may_be_about_a_hidden_indicator():
    about = {
        "id": "1",
        "value": 3,
        "indicators": ["T"],
        "history": [1],
        "message_en": "It is 3",
        "message_vi": "3",
    }
    hidden = frozenset({"T"})

    masked = mask_finding(about, hidden)
    assert masked == {
        "id": "1",
        "value": None,
        "indicators": ["T"],
        "message_en": HIDDEN_EN,
        "message_vi": masked["message_vi"],
    }
    assert mask_finding({**about, "indicators": ["L"]}, hidden)["value"] == 3
    assert mask_finding({"value": 3, "message_en": "", "message_vi": ""}, hidden)["value"] is None
    assert mask_finding({"value": None, "message_en": "x", "message_vi": ""}, hidden)["message_en"] == "x"
    assert mask_finding(about, frozenset()) == about


def test_a_finding_about_an_open_table_is_told_and_words_that_may_be_about_a_hidden_one_are_not():
    hidden = frozenset({"T.OUT", "T"})
    empty = {"rule": "table_not_filled", "value": "L", "message_en": "L is not filled", "message_vi": "L"}
    of_hidden = {**empty, "value": "T"}
    of_a_row = {"rule": "row_hidden", "value": None, "message_en": "The row is hidden", "message_vi": ""}

    assert mask_finding(empty, hidden) == empty
    assert mask_finding(of_hidden, hidden)["message_en"] == HIDDEN_EN
    assert mask_finding(of_a_row, hidden) == of_a_row
    assert [is_about_open(one, hidden) for one in (empty, of_hidden, of_a_row)] == [True, False, False]
    assert all(is_about_open(one, frozenset()) for one in (empty, of_hidden, of_a_row))
