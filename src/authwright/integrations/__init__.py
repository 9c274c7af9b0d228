"""Integrations with web frameworks. Import the module of yours, such as ``authwright.integrations.fastapi``."""
