"""The bridge: a client whose Python code runs on the server, and that sends its requests through a browser tab."""

from __future__ import annotations

from authwright.client.bridge.bridge import Bridge, bridge_script

__all__ = ["Bridge", "bridge_script"]
