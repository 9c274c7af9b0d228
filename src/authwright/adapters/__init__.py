"""Stores for users, accounts, sessions and e-mail links. Import the module of the store that you use."""
