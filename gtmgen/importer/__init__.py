"""A GTM export file or a live container to a YAML spec."""
