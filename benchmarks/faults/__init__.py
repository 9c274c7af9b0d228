"""Measure what a site does while a store, the mail server or an identity provider fails, and how it recovers."""
