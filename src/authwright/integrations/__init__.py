"""authwright in each framework's own idiom. Import the one that you use: ``authwright.integrations.fastapi``."""
