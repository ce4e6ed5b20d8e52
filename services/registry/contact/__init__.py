"""Who at an agency is told, how and in which language. Personal data: for the agency and its stewards only."""
