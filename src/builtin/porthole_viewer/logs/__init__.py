"""Log files of any size."""
