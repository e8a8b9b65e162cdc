"""The documentation as one HTML file."""
