"""Agencies as registry last told them: their names, for the sentences people read."""
