"""A small app for trying authwright: pages for everyone, for signed-in users, and for admins."""
