"""How cells of a template look, and which of them a person may fill."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter import Workbook

FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
INPUT_COLOUR, HEADER_COLOUR, EDGE = "#FFF9E5", "#DCE6F1", "#BFBFBF"


class Styles:
    """The formats of one workbook. Only `input` and `free` are open to change."""

    def __init__(self, workbook: "Workbook") -> None:
        def style(**options: object) -> object:
            return workbook.add_format({**FONT, **options})

        self.title = style(bold=True, font_size=14)
        self.title_en = style(italic=True, font_size=12)
        self.label = style(bold=True, text_wrap=True)
        self.words = style(text_wrap=True)
        self.locked = style()
        self.header = style(bold=True, text_wrap=True, bg_color=HEADER_COLOUR, border=1, border_color=EDGE)
        self.code = style(font_size=8, font_color="#7F7F7F", border=1, border_color=EDGE)
        self.input = style(locked=False, text_wrap=True, bg_color=INPUT_COLOUR, border=1, border_color=EDGE)
        self.number = style(
            locked=False, num_format="#,##0.##########", bg_color=INPUT_COLOUR, border=1, border_color=EDGE
        )
        self.free = style(locked=False)
        self.free_number = style(locked=False, num_format="#,##0.##########")
