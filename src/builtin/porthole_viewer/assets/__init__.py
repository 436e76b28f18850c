"""What runs have made and used: 0.6 assets, 0.5 artifacts."""
