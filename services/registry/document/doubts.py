"""What a person should look at, in words: one function for each kind of doubt, with its stable code."""

from services.registry.document.proposal import Doubt


def number_differs(line: int, annex: str, head: str) -> Doubt:
    """An annex says that it belongs to another instrument than the one before it."""
    return Doubt(
        line,
        "number_differs",
        f"Phụ lục ghi số {annex}, đầu văn bản ghi số {head}.",
        f"The annex names {annex}, the head {head}.",
    )


def name_unresolved(line: int, item: str, printed: str) -> Doubt:
    """A name that no agency or group of that day bears."""
    return Doubt(
        line,
        "name_unresolved",
        f"{item}: chưa xác định được cơ quan “{printed}”.",
        f"{item}: nobody is known as “{printed}”.",
        item,
    )


def code_repeated(line: int, item: str) -> Doubt:
    """Two lines of the plan bear one number."""
    return Doubt(
        line, "code_repeated", f"Số thứ tự {item} xuất hiện hai lần.", f"The number {item} stands twice.", item
    )


def lead_one_of_several(line: int, item: str) -> Doubt:
    """Several bodies lead parts of the line above; which of them leads this point is not printed."""
    return Doubt(
        line,
        "lead_one_of_several",
        f"{item}: văn bản giao nhiều cơ quan chủ trì từng phần, chưa rõ cơ quan nào chủ trì nội dung này.",
        f"{item}: several bodies lead parts of this; which one leads this point is not printed.",
        item,
    )


def timeframe_unread(line: int, item: str, printed: str) -> Doubt:
    """A timeframe is printed and means nothing to the grammar."""
    return Doubt(
        line,
        "timeframe_unread",
        f"{item}: chưa đọc được thời gian “{printed}”.",
        f"{item}: the timeframe “{printed}” is not understood.",
        item,
    )


def period_not_held(line: int, item: str, printed: str) -> Doubt:
    """A frequency that no window of the registry has, such as every two months."""
    return Doubt(
        line,
        "period_not_held",
        f"Hệ thống không có kỳ báo cáo “{printed}”; tạm ghi là theo yêu cầu.",
        f"No period of the registry is “{printed}”; it is written as on demand for now.",
        item,
    )


def series_years_missing(line: int, item: str, printed: str) -> Doubt:
    """Every so many years, and no year in which it begins."""
    return Doubt(
        line,
        "series_years_missing",
        f"“{printed}”: văn bản không nêu năm bắt đầu.",
        f"“{printed}”: the document names no year in which it begins.",
        item,
    )


def shared_report_unnamed(line: int, item: str, printed: str) -> Doubt:
    """A deadline shared with another report, which is printed by its name only."""
    return Doubt(
        line,
        "shared_report_unnamed",
        f"Hạn nộp chung với “{printed}”: chọn chế độ báo cáo đó.",
        f"It is due with “{printed}”: choose that obligation.",
        item,
    )


def fixed_year_recurs(line: int, item: str, printed: str, year: int) -> Doubt:
    """A periodic duty whose day is printed with one year; the year is left out of the rule."""
    return Doubt(
        line,
        "fixed_year_recurs",
        f"“{printed}” ghi năm {year} cho báo cáo định kỳ; năm này không được đưa vào quy tắc.",
        f"“{printed}” names {year} for a periodic report; the year was left out of the rule.",
        item,
    )


def day_never_exists(line: int, item: str, printed: str) -> Doubt:
    """A day that no calendar has."""
    return Doubt(
        line, "day_never_exists", f"Không có ngày “{printed}”.", f"No calendar has the day “{printed}”.", item
    )


def no_day_printed(line: int, item: str, printed: str) -> Doubt:
    """A frequency without a day."""
    return Doubt(
        line,
        "no_day_printed",
        f"“{printed}”: văn bản không nêu ngày nộp.",
        f"“{printed}”: the document names no day.",
        item,
    )


def data_window_not_held(line: int, item: str, printed: str) -> Doubt:
    """Figures run over days that are no period of the registry; the rule holds at most the last of them."""
    return Doubt(
        line,
        "data_window_not_held",
        f"Thời gian chốt số liệu “{printed}” chưa được ghi đủ vào quy tắc.",
        f"The data window “{printed}” is not held in full by the rule.",
        item,
    )


def due_before_period_ends(line: int, item: str, printed: str) -> Doubt:
    """A yearly report that falls due in the first half of a year."""
    return Doubt(
        line,
        "due_before_period_ends",
        f"“{printed}”: hạn nằm trong nửa đầu năm báo cáo; có thể là của năm sau.",
        f"“{printed}”: the day lies in the first half of the year reported; the next year may be meant.",
        item,
    )
