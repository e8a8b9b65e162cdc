"""GTM's own vocabulary: entities, references, canonical form, export and API JSON."""
