"""Rows: the tables, the types of their columns, and the conversion between rows and our values."""
