"""Platform packs: what a platform knows, as data. Reads ``templates/<pack>/``."""
