"""What falls due in a year: windows of tasks, reviews, years of series, and days of reports."""
