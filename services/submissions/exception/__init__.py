"""Extensions and waivers: dated exceptions for one occurrence, with reason and approver."""
