"""Runs the probe from its files, without an agent: request on stdin, result on stdout, as JSON."""

import json
import sys

import support

if __name__ == "__main__":
    support.load()
    from porthole_agent.probe import main

    json.dump(main.run(json.load(sys.stdin)), sys.stdout)
