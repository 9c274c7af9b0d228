"""What the actions share: the parsed request, and the steps of a sign-in."""
