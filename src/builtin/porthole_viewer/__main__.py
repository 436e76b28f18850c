"""`python -m porthole_viewer`, or the archive itself as the program."""

from porthole_viewer.main import main

main()
