"""Starting, stopping and keeping the whole system on one machine or in containers. No service imports it."""
