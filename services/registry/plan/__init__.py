"""Plans that instruments order, their tasks, and how a plan derives from another."""
