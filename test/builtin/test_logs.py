import os
import random
import sys
import unittest
from unittest import mock

from harness import PACKAGE, ViewerCase

sys.path.insert(0, PACKAGE)

from porthole_viewer.logs import search  # noqa: E402
from porthole_viewer.logs.lines import LogFile  # noqa: E402


class Logs(ViewerCase):
    def setUp(self):
        super().setUp()
        self.run_ = self.run_of()
        self.name = self.key(self.run_)
        self.viewer = self.start()

    def logs(self, **params):
        return self.viewer.get("/api/logs", run=self.name, **params)

    def search(self, text, **params):
        return self.viewer.get("/api/logs/search", run=self.name, text=text, **params)

    def test_a_run_without_a_log_has_no_lines(self):
        answer = self.logs()
        self.assertEqual((answer["exists"], answer["lines"], answer["total"]), (False, [], 0))
        self.assertEqual(self.search("x")["line"], [])

    def test_gives_the_tail_and_any_range_of_lines(self):
        self.write(self.run_, "logs.txt", "".join("line %d\n" % n for n in range(10)))
        tail = self.logs(tail=3)
        self.assertEqual((tail["from"], tail["lines"]), (7, ["line 7", "line 8", "line 9"]))
        self.assertEqual((tail["total"], tail["open"]), (10, False))
        self.assertEqual(self.logs(from_=2, count=2)["lines"], ["line 2", "line 3"])
        self.assertEqual(self.logs(from_=9, count=9)["lines"], ["line 9"])
        self.assertEqual(self.logs(from_=10, count=1)["lines"], [])

    def test_counts_a_last_line_without_its_end(self):
        self.write(self.run_, "logs.txt", "one\ntwo")
        answer = self.logs()
        self.assertEqual((answer["lines"], answer["total"], answer["open"]), (["one", "two"], 2, True))

    def test_keeps_colours_and_progress_bars(self):
        self.write(self.run_, "logs.txt", "\x1b[31mred\x1b[0m\n 1%\r 2%\r 3%\nwindows\r\n")
        self.assertEqual(self.logs()["lines"], ["\x1b[31mred\x1b[0m", " 1%\r 2%\r 3%", "windows"])

    def test_gives_bytes_that_are_no_text_as_replacement_characters(self):
        self.write(self.run_, "logs.txt", b"a\xff\x00b\n" + bytes(range(256)) * 10)
        self.assertEqual(self.logs()["lines"][0], "a\ufffd\x00b")

    def test_cuts_long_lines_but_keeps_the_last_states_of_a_progress_bar(self):
        bar = "".join("\rstep %07d" % n for n in range(10000))
        self.write(self.run_, "logs.txt", "a" * 100000 + "\n" + bar + "\nend\n")
        answer = self.logs()
        self.assertEqual(answer["cut"], [0, 1])
        self.assertEqual(answer["lines"][0], "a" * 16384)
        self.assertTrue(answer["lines"][1].endswith("step 0009999"))
        self.assertLessEqual(len(answer["lines"][1]), 16384)
        self.assertEqual(answer["lines"][2], "end")

    def test_finds_any_line_of_a_log_of_many_blocks(self):
        chance = random.Random(3)
        lines = ["%d %s" % (n, "x" * chance.randrange(120)) for n in range(30000)]
        self.write(self.run_, "logs.txt", "\n".join(lines) + "\n")
        self.assertEqual(self.logs()["total"], 30000)
        for first in [0, 1, 29999] + [chance.randrange(30000) for _ in range(40)]:
            self.assertEqual(self.logs(from_=first, count=3)["lines"], lines[first : first + 3])

    def test_reads_on_where_a_log_has_grown_and_anew_where_it_was_replaced(self):
        path = self.write(self.run_, "logs.txt", "one\n")
        first = self.logs()
        with open(path, "a") as file:
            file.write("two\n")
        second = self.logs()
        self.assertEqual((second["lines"], second["total"]), (["one", "two"], 2))
        self.assertEqual(first["cursor"].split(".")[0], second["cursor"].split(".")[0])
        os.unlink(path)
        self.write(self.run_, "logs.txt", "other\n")
        third = self.logs()
        self.assertEqual((third["lines"], third["total"]), (["other"], 1))
        self.assertNotEqual(third["cursor"].split(".")[0], second["cursor"].split(".")[0])

    def test_searches_for_text_with_or_without_case(self):
        self.write(self.run_, "logs.txt", "Loss 1\nloss 2\nother\nLOSS 3")
        self.assertEqual(self.search("loss")["line"], [0, 1, 3])
        self.assertEqual(self.search("loss", case="yes")["line"], [1])
        self.assertEqual(self.search("loss", from_=1)["text"], ["loss 2", "LOSS 3"])
        self.assertEqual(self.search("l.ss")["line"], [])
        self.assertNotIn("text", self.search("loss", excerpts="no"))

    def test_searches_in_parts_and_says_where_to_go_on_and_how_many_are_left(self):
        self.write(self.run_, "logs.txt", "match\nother\n" * 25)
        found, left, at = [], [], 0
        while at is not None:
            answer = self.search("match", from_=at, limit=10)
            found += answer["line"]
            left.append((answer["rest"], answer["to"]))
            at = answer["next"]
        self.assertEqual(found, list(range(0, 50, 2)))
        self.assertEqual(left, [(15, None), (5, None), (0, None)])

    def test_an_answer_whose_time_is_over_says_that_there_may_be_more(self):
        lines = 60000
        path = self.write(self.run_, "logs.txt", ("needle " + "x" * 93 + "\n") * lines)
        log = LogFile(path)
        log.update()
        needle = search.pattern_of("needle", False, False)
        with mock.patch.object(search, "MAX_SECONDS", -1):
            first = search.search_log(log, needle, 0, 10)
            self.assertEqual((len(first["line"]), first["next"]), (10, 10))
            self.assertEqual(first["to"], 10 + first["rest"])
            self.assertEqual(search.search_log(log, search.pattern_of("x y", False, False), 0, 10)["next"], first["to"])
            count, at = 0, 0
            while at is not None:
                part = search.search_log(log, needle, at, 0)
                count, at = count + part["rest"], part["to"]
        self.assertEqual(count, lines)

    def test_searches_a_log_of_a_hundred_megabytes(self):
        block = ("filler " * 14 + "\n") * 10000
        with open(self.run_.place("logs.txt"), "w") as file:
            for number in range(105):
                file.write(block)
                if number == 77:
                    file.write("needle\n")
        line, at = [], 0
        while at is not None:
            answer = self.search("NEEDLE", from_=at)
            line += answer["line"]
            at = answer["next"]
        self.assertEqual(line, [780000])
        self.assertEqual(self.logs(from_=780000, count=1)["lines"], ["needle"])

    def test_searches_for_an_expression(self):
        self.write(self.run_, "logs.txt", "epoch 1: loss 0.5\nepoch 22: loss 0.25\n")
        self.assertEqual(self.search(r"^epoch \d\d:", regex="yes")["line"], [])
        self.assertEqual(self.search(r"epoch \d\d:", regex="yes")["line"], [1])

    def test_refuses_an_expression_that_is_none_or_never_ends(self):
        self.write(self.run_, "logs.txt", "a" * 40 + "b\n")
        for text in ("(", "(a+)+$"):
            error = self.viewer.error("/api/logs/search", run=self.name, text=text, regex="yes")
            self.assertEqual(error, (400, "bad-parameter"))

    def test_a_pipe_in_place_of_the_log_holds_nobody(self):
        os.mkfifo(self.run_.place("logs.txt"))
        self.assertFalse(self.logs()["exists"])


if __name__ == "__main__":
    unittest.main()
