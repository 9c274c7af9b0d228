"""The stores of users, accounts, sessions and e-mail links. Each loads where an app imports it."""
