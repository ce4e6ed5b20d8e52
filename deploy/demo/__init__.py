"""One half-year of reporting, played on a stack of its own: for `make demo` and for the journey tests."""
