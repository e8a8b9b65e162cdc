"""The files of an imported spec: rendered, and written all or none."""
