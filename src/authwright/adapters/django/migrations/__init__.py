"""What ``manage.py migrate`` does for our tables."""
