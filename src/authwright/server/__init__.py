"""The engine behind ``Auth``. Everything in this package is private, and may change in any release."""
