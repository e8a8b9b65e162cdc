"""An export or a live container, read strictly: as entities with references by name."""
