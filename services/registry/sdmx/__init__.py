"""Agencies and obligations as SDMX structures: organisation schemes, dataflows and provision agreements."""
