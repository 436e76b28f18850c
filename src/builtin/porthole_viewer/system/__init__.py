"""The machine that the viewer runs on."""
