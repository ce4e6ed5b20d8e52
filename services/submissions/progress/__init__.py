"""How far the tasks of a plan have come, by what the yearly reports say."""
