"""Migrations of the tables of ``@auth/pg-adapter``."""
