"""The documentation as a workbook and as CSV files."""
