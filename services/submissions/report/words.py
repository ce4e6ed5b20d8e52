"""What the documents say in their own words: each phrase in Vietnamese and English."""

PHRASES: dict[str, tuple[str, str]] = {
    # the head and foot of an official document (Decree 30/2020/NĐ-CP)
    "state": ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM"),
    "motto": ("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness"),
    "symbol": ("Số: ........./BC-.........", "No.: ........./BC-........."),
    "place_and_day": ("{place}, ngày ..... tháng ..... năm .......", "{place}, ....................."),
    "no_place": ("..............", ".............."),
    "report": ("BÁO CÁO", "REPORT"),
    "tables": ("CÁC BẢNG SỐ LIỆU", "TABLES"),
    "draft": ("DỰ THẢO", "DRAFT"),
    "to": ("Kính gửi: {agency}", "To: {agency}"),
    "recipients": ("Nơi nhận:", "Recipients:"),
    "as_above": ("Như trên;", "As above;"),
    "on_file": ("Lưu: VT.", "File."),
    "authority": ("QUYỀN HẠN, CHỨC VỤ\nCỦA NGƯỜI KÝ", "AUTHORITY AND POSITION\nOF THE SIGNATORY"),
    "signature": (
        "(Chữ ký, dấu của cơ quan)",
        "(Signature, seal of the agency)",
    ),
    # titles
    "pm_title": ("Kết quả năm {year} thực hiện\n{plan}", "Results of {year} in carrying out the\n{plan}"),
    "province_title": (
        "Kết quả năm {year} của {place} trong thực hiện\n{plan}",
        "Results of {year} of {place} in carrying out the\n{plan}",
    ),
    "profile_title": ("Hồ sơ di cư Việt Nam, số liệu năm {year}", "Viet Nam Migration Profile, figures of {year}"),
    "plan_of": ("{title} ({number})", "{title} ({number})"),
    "closing": (
        "Trên đây là kết quả năm {year} thực hiện {plan}; {owner} kính báo cáo {agency}./.",
        "{owner} respectfully submits this report on the {plan} for {year} to {agency}.",
    ),
    "closing_unaddressed": (
        "Trên đây là kết quả năm {year} thực hiện {plan}./.",
        "This is the report on the {plan} for {year}.",
    ),
    "closing_profile": ("Trên đây là các bảng số liệu năm {year}./.", "These are the tables for {year}."),
    # periods
    "first_half": ("6 tháng đầu năm {year}", "first half of {year}"),
    "second_half": ("6 tháng cuối năm {year}", "second half of {year}"),
    "whole_year": ("năm {year}", "year {year}"),
    # the opening
    "opening": (
        "Báo cáo được tổng hợp từ {accepted} báo cáo đã được chấp nhận trong số {expected} báo cáo phải nộp "
        "của năm {year}; số liệu tính đến {day}.",
        "This report is put together from {accepted} accepted reports of the {expected} that are owed for {year}; "
        "as it stood on {day}.",
    ),
    "opening_nothing": (
        "Chưa có báo cáo nào của năm {year} được chấp nhận; số báo cáo phải nộp là {expected}.",
        "No report for {year} has been accepted so far; {expected} are owed.",
    ),
    # completeness
    "h_completeness": ("Tình hình nộp báo cáo", "Completeness and punctuality"),
    "completeness_told": (
        "Đã nhận {received}/{expected} báo cáo phải nộp ({completeness}).",
        "{received} of {expected} required reports were received ({completeness}).",
    ),
    "punctuality_told": (
        "Trong số báo cáo đã xác định được thời hạn, {on_time}/{decided} đúng hạn ({punctuality}); {late} nộp "
        "muộn; {overdue} quá hạn chưa nộp.",
        "Of those whose punctuality is known, {on_time} of {decided} came on time ({punctuality}); {late} late; "
        "{overdue} overdue.",
    ),
    "punctuality_unknown": (
        "Chưa có báo cáo nào xác định được là đúng hạn hay muộn.",
        "Of none is it known yet whether it is on time.",
    ),
    "t_completeness": ("Tình hình nộp theo từng chế độ báo cáo", "By duty to report"),
    "b_completeness": ("Tỷ lệ nộp theo từng chế độ báo cáo", "Completeness by duty to report"),
    "c_duty": ("Báo cáo", "Report"),
    "c_expected": ("Phải nộp", "Owed"),
    "c_received": ("Đã nộp", "Received"),
    "c_accepted": ("Chấp nhận", "Accepted"),
    "c_completeness": ("Tỷ lệ", "Share"),
    "c_on_time": ("Đúng hạn", "On time"),
    "c_late": ("Muộn", "Late"),
    "c_overdue": ("Quá hạn", "Overdue"),
    "total": ("Tổng số", "Total"),
    "completeness_note": (
        "Không tính báo cáo được miễn, báo cáo tự nguyện, kỳ chưa mở; báo cáo được yêu cầu hai lần tính một lần. "
        "Báo cáo không có thời hạn chỉ tính vào tỷ lệ nộp.",
        "Without waived and voluntary reports and cycles that are not open; a report asked twice counts once. "
        "Reports without a date count in completeness only.",
    ),
    "nothing_owed": ("Không có báo cáo nào phải nộp.", "No report is owed."),
    # tasks
    "h_tasks": ("Kết quả thực hiện nhiệm vụ", "Tasks"),
    "tasks_told": (
        "Kế hoạch có {tasks} nhiệm vụ thuộc phạm vi báo cáo; {spoken} nhiệm vụ có báo cáo được chấp nhận nói đến, "
        "{silent} nhiệm vụ chưa có thông tin.",
        "The plan has {tasks} tasks within this report; accepted reports speak of {spoken}, nothing is known of "
        "{silent}.",
    ),
    "headings_told": (
        "Bảng còn nêu {count} đề mục (in đậm) do nhiệm vụ của kế hoạch triển khai thực hiện; đề mục không tính là "
        "nhiệm vụ.",
        "The table also has {count} headings (in bold) which tasks of derived plans carry out; they are not "
        "counted as tasks.",
    ),
    "tasks_none": ("Kế hoạch không có nhiệm vụ nào thuộc phạm vi báo cáo.", "No task lies within this report."),
    "b_tasks": ("Số nhiệm vụ theo tình trạng", "Tasks by status"),
    "t_tasks": ("Tình trạng từng nhiệm vụ", "Status of each task"),
    "c_code": ("Số", "No."),
    "c_task": ("Nhiệm vụ", "Task"),
    "c_leads": ("Cơ quan chủ trì", "Lead agencies"),
    "c_status": ("Tình trạng", "Status"),
    "met": ("Đã hoàn thành", "Met"),
    "on_track": ("Đúng tiến độ", "On track"),
    "constrained": ("Có khó khăn, vướng mắc", "Constrained"),
    "no_progress": ("Chưa có tiến triển", "No progress"),
    "no_word": ("Chưa có thông tin", "Nothing reported"),
    "disagreement": ("{status} (các cơ quan nêu khác nhau)", "{status} (agencies differ)"),
    "tasks_note": (
        "Tình trạng do cơ quan chủ trì nêu, khi chưa có thì do cơ quan khác nêu; nếu khác nhau thì lấy tình trạng "
        "kém hơn.",
        "The status is what the leads say, else what the others say; where they differ the least advanced stands.",
    ),
    "h_said": ("Ý kiến của các cơ quan về từng nhiệm vụ", "What agencies say of each task"),
    "task_head": ("Nhiệm vụ {code}. {title}", "Task {code}. {title}"),
    "said_lead": ("{agency} (chủ trì) – {status}:", "{agency} (lead) – {status}:"),
    "said_coordinator": ("{agency} (phối hợp) – {status}:", "{agency} (coordinating) – {status}:"),
    "said_derived": (
        "{agency} (nhiệm vụ {task} của kế hoạch triển khai) – {status}:",
        "{agency} (task {task} of a derived plan) – {status}:",
    ),
    "said_other": ("{agency} – {status}:", "{agency} – {status}:"),
    "evidence": ("Minh chứng:", "Evidence:"),
    "funding": ("Kinh phí:", "Funding:"),
    "million_dong": ("{amount} triệu đồng", "{amount} million dong"),
    "silent_leads": (
        "Cơ quan chủ trì chưa có báo cáo được chấp nhận nói đến nhiệm vụ này:",
        "Leads of whom no accepted report speaks of this task:",
    ),
    "shortened": (
        "{text} […] (lược bớt; toàn văn ở báo cáo số {source} trong danh mục nguồn)",
        "{text} […] (shortened; in full in report {source} of the list of sources)",
    ),
    # figures
    "h_figures": ("Số liệu di cư", "Migration figures"),
    "figures_told": (
        "Số liệu tổng hợp từ các báo cáo cấp dưới đã được chấp nhận, theo quy tắc tổng hợp của từng chỉ tiêu; "
        "{adjustments} dòng điều chỉnh trùng lặp đang có hiệu lực.",
        "Put together from the accepted reports below, by the rule of each indicator; {adjustments} adjustments "
        "against double counting are in force.",
    ),
    "figures_none": ("Chưa có số liệu nào được chấp nhận.", "No figures have been accepted so far."),
    "c_indicator": ("Chỉ tiêu", "Indicator"),
    "c_sources": ("Số báo cáo", "Reports"),
    "c_country": ("Nước, vùng lãnh thổ", "Country or territory"),
    "b_countries": (
        "{indicator}: các nước, vùng lãnh thổ nhiều nhất",
        "{indicator}: largest countries or territories",
    ),
    "t_by_sex": ("{table}: tổng số và theo giới tính", "{table}: total and by sex"),
    "withheld": (
        "Nhóm số liệu hạn chế, không in trong bản này: người đọc không có quyền xem số liệu bảo mật.",
        "A restricted category, not printed in this copy: the reader has no right to confidential figures.",
    ),
    "nil": ("Không phát sinh (các đơn vị báo cáo xác nhận).", "Nil, as declared by every reporter."),
    "partial_note": (
        "* Chưa đầy đủ: còn báo cáo chưa được chấp nhận, hoặc có đơn vị không có số liệu.",
        "* Not complete: a report is not accepted yet, or an agency has no figure.",
    ),
    "own_note": (
        "Số báo cáo không kể phần số liệu của chính cơ quan lập báo cáo.",
        "The number of reports is without the own figures of the agency whose report this is.",
    ),
    "not_available": ("không có", "n/a"),
    "not_applicable": ("không áp dụng", "not applicable"),
    "not_rolled_up": ("không cộng gộp", "not rolled up"),
    "unit_note": ("Đơn vị: người, trừ khi ghi khác.", "Unit: persons unless said otherwise."),
    # words of the reporters
    "said_in_general": ("{agency}:", "{agency}:"),
    # missing
    "h_missing": ("Cơ quan chưa có báo cáo được chấp nhận", "Reports that are not accepted"),
    "missing_none": (
        "Tất cả báo cáo phải nộp đã được chấp nhận.",
        "All reports that are owed have been accepted.",
    ),
    "t_missing": ("Báo cáo chưa nộp hoặc chưa được chấp nhận", "Not received, or not accepted"),
    "missing_told": (
        "{missing} báo cáo phải nộp chưa có phiên bản được chấp nhận; danh sách đầy đủ ở Phụ lục {annex}.",
        "{missing} reports that are owed have no accepted version; annex {annex} names them all.",
    ),
    "h_missing_all": ("Danh sách cơ quan chưa có báo cáo được chấp nhận", "Agencies without an accepted report"),
    "missing_group": ("{duty}; hạn nộp: {due}; {state}:", "{duty}; due: {due}; {state}:"),
    "c_count": ("Số cơ quan", "Agencies"),
    "and_others": ("{names}; và {count} cơ quan khác", "{names}; and {count} others"),
    "c_agency": ("Cơ quan", "Agency"),
    "c_period": ("Kỳ", "Period"),
    "c_due": ("Hạn nộp", "Due"),
    "c_state": ("Trạng thái", "State"),
    "state_overdue": ("Quá hạn, chưa nộp", "Overdue"),
    "state_owed": ("Chưa nộp", "Not received"),
    "state_submitted": ("Đã nộp, đang xem xét", "Received, under review"),
    "state_returned": ("Đã trả lại để sửa", "Returned for correction"),
    "state_paper": ("Đã nhận bản giấy, chưa có số liệu", "Received on paper, no figures yet"),
    "no_date": ("không quy định", "none"),
    # sources
    "annex": ("PHỤ LỤC {number}", "ANNEX {number}"),
    "h_sources": ("Danh mục nguồn", "Sources"),
    "sources_note": (
        "Mỗi nguồn là một phiên bản báo cáo đã được chấp nhận, không thể thay đổi. Mã băm SHA-256 là của nội dung "
        "đã nhận; biên nhận có chữ ký số của báo cáo ghi cùng mã này. Không in mã của báo cáo có nhóm số liệu hạn "
        "chế mà người đọc không được xem.",
        "Each source is an accepted version of a report, which cannot change. The SHA-256 is of the content as it "
        "was received; the signed receipt of the report states the same. It is not printed of reports with "
        "restricted categories that the reader has no right to.",
    ),
    "sources_none": ("Không có nguồn nào.", "There are no sources."),
    "c_number": ("TT", "No."),
    "c_version": ("Bản", "Version"),
    "c_received_at": ("Thời điểm nhận", "Received"),
    "c_hash": ("SHA-256 của nội dung", "SHA-256 of the content"),
}
