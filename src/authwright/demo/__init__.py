"""A small app to try authwright with: pages for everyone, for those signed in, and for admins."""
