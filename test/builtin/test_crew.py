import os
import sys
import threading
import unittest

from harness import PACKAGE, PATIENCE_S

sys.path.insert(0, PACKAGE)

from porthole_viewer.storage import crew as module  # noqa: E402
from porthole_viewer.storage.crew import Crew  # noqa: E402


class Crews(unittest.TestCase):
    def test_does_all_things_and_those_that_they_give(self):
        done = []

        def work(thing):
            done.append(thing)
            return [thing + "x"] if len(thing) < 3 else ()

        self.assertEqual(Crew().go(work, ["a", "b"]), set())
        self.assertEqual(sorted(done), ["a", "ax", "axx", "b", "bx", "bxx"])

    def test_tells_how_it_goes_now_and_then(self):
        told, gate = [], threading.Event()

        def pause():
            told.append(1)
            gate.set()

        Crew().go(lambda thing: gate.wait(PATIENCE_S) and None, ["a"], pause)
        self.assertTrue(told)

    def test_leaves_what_hangs_and_begins_it_again_when_it_is_back(self):
        gate, begun = threading.Event(), []
        threads = threading.active_count()

        def work(thing):
            begun.append(thing)
            if thing == "hangs":
                gate.wait(PATIENCE_S)

        def pause():
            # Those who are not in what hangs have gone home.
            if len(begun) == 3 and threading.active_count() == threads + 1:
                module.GIVE_UP_S = 0

        crew, before = Crew(), module.GIVE_UP_S
        module.GIVE_UP_S = PATIENCE_S
        self.addCleanup(setattr, module, "GIVE_UP_S", before)
        self.assertEqual(crew.go(work, ["hangs", "a", "b"], pause), {"hangs"})
        module.GIVE_UP_S = PATIENCE_S
        self.assertEqual(sorted(begun), ["a", "b", "hangs"])
        self.assertEqual(crew.go(work, ["hangs", "c"]), set())
        self.assertEqual((crew.stuck, begun.count("hangs")), ({"hangs"}, 1))
        gate.set()
        with crew.state:
            crew.state.wait_for(lambda: not crew.stuck, PATIENCE_S)
        self.assertEqual(crew.go(work, ["hangs"]), set())
        self.assertEqual(begun.count("hangs"), 2)

    def test_does_not_leave_what_says_that_it_moves_on(self):
        crew, before, gate, looks = Crew(), module.GIVE_UP_S, threading.Event(), []
        self.addCleanup(setattr, module, "GIVE_UP_S", before)

        def pause():
            module.GIVE_UP_S = 0
            crew.beat()
            looks.append(1)
            if len(looks) == 3:
                gate.set()

        self.assertEqual(crew.go(lambda thing: gate.wait(PATIENCE_S) and None, ["slow"], pause), set())

    def test_a_failure_at_one_thing_keeps_none_from_being_done(self):
        said, before = [], sys.excepthook
        sys.excepthook = lambda kind, *_: said.append(kind)
        self.addCleanup(setattr, sys, "excepthook", before)
        done = []
        Crew().go(lambda thing: os.stat("/nonexistent") if thing == "bad" else done.append(thing), ["bad", "good"])
        self.assertEqual((done, said), (["good"], [FileNotFoundError]))


if __name__ == "__main__":
    unittest.main()
