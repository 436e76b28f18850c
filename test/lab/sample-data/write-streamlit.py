"""Writes an app into argv[1]."""

import os
import sys

os.makedirs(sys.argv[1])
with open(os.path.join(sys.argv[1], "app.py"), "w") as file:
    file.write(
        "import streamlit as st\n"
        "st.title('Spirals')\n"
        "rate = st.slider('rate', 1, 10, 3)\n"
        "st.write('twice the rate is', rate * 2)\n"
        "st.line_chart([1 / (1 + rate * step) for step in range(20)])\n"
    )
