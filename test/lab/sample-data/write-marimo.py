"""Writes a notebook of marimo's into argv[1]."""

import os
import sys

os.makedirs(sys.argv[1])
with open(os.path.join(sys.argv[1], "spirals.py"), "w") as file:
    file.write(
        "import marimo\n\napp = marimo.App()\n\n\n"
        "@app.cell\ndef _():\n    total = sum(range(10))\n    total\n    return (total,)\n\n\n"
        "@app.cell\ndef _(total):\n    print('the sum is', total)\n    return\n\n\n"
        'if __name__ == "__main__":\n    app.run()\n'
    )
