"""Working days in Viet Nam: the statutory calendar, and the days that the Government moved."""
