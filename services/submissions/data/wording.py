"""What the notes of an answer say to people, in both languages."""

from services.submissions.data.answer import Note

WORDS = {
    "confidential_suppressed": {
        "vi": "Chỉ tiêu mật được hiển thị như đã công bố: số nhỏ và số làm lộ số nhỏ bị ẩn; số liệu tính đến hết "
        "ngày trước ngày nêu ở đây.",
        "en": "Confidential indicators are shown as they were released: small counts, and counts that would give "
        "them away, are suppressed; figures were accepted before the day named here.",
    },
    "counted_once": {
        "vi": "Có báo cáo đã nằm trong báo cáo khác (tổng hợp, hoặc kỳ dài hơn) nên không tính lần nữa.",
        "en": "Some reports stand within others (consolidated, or for a longer period) and do not count again.",
    },
    "provinces_divided": {
        "vi": "Các đơn vị này đã được chia; số liệu giữ nguyên dưới mã cũ vì không rõ phần nào thuộc về đâu.",
        "en": "These units were divided; their figures stay under the old code, for no part can be told apart.",
    },
    "periods_overlap": {
        "vi": "Các cơ quan này báo cáo cho những kỳ chồng nhau; tổng theo thời gian có thể tính hai lần.",
        "en": "These agencies report for periods that overlap; sums over time may count twice.",
    },
}


def worded(note: Note, language: str) -> str:
    """Return a note as a sentence."""
    return WORDS[note.code][language]
