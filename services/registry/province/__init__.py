"""Provincial units over time, and who followed whom. Statistical codes are no identities."""
