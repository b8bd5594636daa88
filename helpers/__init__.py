"""Community Marketing Workbook: from a community's data to a truthful report."""

__version__ = "0.1.0"
