"""Dated facts of who followed whom: rename, merge, split, transfer of functions."""
