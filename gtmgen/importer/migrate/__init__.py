"""Tags of other makers replaced by those of gtmgen's packs."""
