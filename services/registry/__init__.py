"""Who, what and the rules of when: agencies, instruments, plans, obligations, calendar."""
