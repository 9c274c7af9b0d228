"""The preconfigured providers, one module for each service or product. Import them from ``authwright.providers``."""
