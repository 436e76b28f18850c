"""What lies below a storage root, read only."""
