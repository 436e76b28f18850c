"""Event files: parsed once, kept as arrays, cut into buckets."""
