"""Writes a notebook into argv[1]."""

import os
import sys

import nbformat

os.makedirs(sys.argv[1])
code = "import os\nprint('sum', sum(range(10)), os.path.exists('hello.ipynb'))"
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
nbformat.write(notebook, os.path.join(sys.argv[1], "hello.ipynb"))
