"""All environments found so far: each is read once, however many ways lead to it."""

import os
import threading

from porthole_agent.probe.files import names_in, reason_of
from porthole_agent.probe.interpreters import SHARED_PREFIXES, describe_interpreter, interpreters_in
from porthole_agent.probe.naming import kind_of, name_of
from porthole_agent.probe.places import Place
from porthole_agent.probe.prefix import describe

# How much the way to an environment says about its name and kind; the lowest wins.
ASKED, IN_PLACE, IN_PROJECT, BY_PROGRAM = range(4)

MAX_CHILDREN = 5000


class Environments:
    """Takes finds from anywhere and lets the workers read them."""

    def __init__(self, workers, home, distributions):
        self.workers = workers
        self.home = home
        self.distributions = distributions
        self.lock = threading.Lock()
        # prefix as found: (rank, length, prefix, kind that its place says or None)
        self.finds = {}
        # prefix as found: its real path
        self.real = {}
        # real path of a prefix, or of a system interpreter: facts, or None (not an environment)
        self.facts = {}

    def add_place(self, place, rank=IN_PLACE):
        """Reads the environments in a place."""
        path = os.path.join(place.base, place.tail)
        self.workers.add(path, lambda unit: self._expand(place, rank))

    def add_programs(self, directory):
        """Reads what the interpreters in a directory of programs belong to."""
        self.workers.add(directory, lambda unit: self._read_programs(directory))

    def add(self, prefix, kind, rank):
        """Reads the environment at `prefix`, if it is one."""
        find = (rank, len(prefix), prefix, kind)
        with self.lock:
            known = self.finds.get(prefix)
            self.finds[prefix] = min(known or find, find, key=lambda one: one[:3])
        if known is None:
            self.workers.add(prefix, lambda unit: self._read(prefix))

    def result(self):
        """Facts by real path, each with its final name, kind and prefix."""
        with self.lock:
            finds = sorted(self.finds.values(), key=lambda find: find[:3])
            # Copied first: a unit that was given up may still add to it.
            facts = {real: dict(one) for real, one in self.facts.copy().items() if one}
            real_of = dict(self.real)
        for rank, length, prefix, kind in finds:
            one = facts.get(real_of.get(prefix))
            if one is not None and "kind" not in one:
                # The best way to it gives the prefix, the best that knows the tool its kind.
                one.setdefault("prefix", prefix)
                one["hint"] = one.get("hint") or kind
        for one in facts.values():
            if "kind" not in one:
                one["kind"] = kind_of(one["own"], one["hint"])
                one["name"] = name_of(one["prefix"], one["kind"], self.home)
        return facts

    def _expand(self, place, rank):
        prefixes = [place.base]
        for segment in place.tail.split("/") if place.tail else ():
            if segment == "*":
                prefixes = [child for prefix in prefixes for child in self._children(prefix)]
            else:
                prefixes = [os.path.join(prefix, segment) for prefix in prefixes]
        for prefix in prefixes:
            self.add(prefix, place.kind, rank)

    def _children(self, directory):
        try:
            names = sorted(names_in(directory))
        except OSError as error:
            self.workers.note(directory, reason_of(error))
            return []
        if len(names) > MAX_CHILDREN:
            self.workers.note(directory, "only %d of %d entries" % (MAX_CHILDREN, len(names)))
        return [os.path.join(directory, name) for name in names[:MAX_CHILDREN]]

    def _read(self, prefix):
        real = os.path.realpath(prefix)
        self.real[prefix] = real
        if real in SHARED_PREFIXES or not self._claim(real):
            return
        facts = describe(prefix, self.home, self.distributions)
        self.facts[real] = facts
        if facts and facts["installation"]:
            self.add_place(Place(prefix, "envs/*", None))

    def _read_programs(self, directory):
        self.add(os.path.dirname(directory), None, BY_PROGRAM)
        for path, real in interpreters_in(directory):
            prefix = os.path.dirname(os.path.dirname(real))
            if prefix not in SHARED_PREFIXES:
                self.add(prefix, None, BY_PROGRAM)
            elif self._claim(real):
                self._read_interpreter(path, real, prefix)

    def _read_interpreter(self, path, real, prefix):
        def read(unit):
            facts = describe_interpreter(path, real, self.home, self.distributions)
            self.facts[real] = dict(facts, prefix=prefix, kind="system")

        # Side by side: it may have to be started.
        self.workers.add(real, read)

    def _claim(self, real):
        with self.lock:
            if real in self.facts:
                return False
            self.facts[real] = None
            return True
