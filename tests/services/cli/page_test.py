#!/usr/bin/env python3
"""Pages of real case files pass page_check.py, in both languages; and the check can fail: each of a
list of breakages of such a page is found.

    page_test.py SKYNDSAMT CASES
"""
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from page_check import Check  # noqa: E402

PROGRAM, CASES = sys.argv[1], Path(sys.argv[2])


def page(case, language):
    with tempfile.TemporaryDirectory(prefix="skyndsamt-page-") as directory:
        file = Path(directory) / "page.html"
        ran = subprocess.run([PROGRAM, "demo", str(CASES / f"{case}.json"), "--lang", language, "--html", str(file)],
                             capture_output=True, text=True)
        if ran.returncode != 0:
            raise AssertionError(ran.stderr)
        return file.read_text(encoding="utf-8")


def replaced(pattern, by, count=1):
    def breakage(markup):
        broken, times = re.subn(pattern, by, markup, count=count, flags=re.S)
        assert times > 0, f"nothing to break: {pattern}"
        return broken
    return breakage


# Name -> what it does to the page, and what must be said of it.
BREAKAGES = {
    "no language": (replaced(r'<html lang="sv">', "<html>"), "language"),
    "no title": (replaced(r"<title>.*?</title>", "<title></title>"), "title"),
    "two main headings": (replaced(r"<h2", "<h1></h1><h2"), "<h1>"),
    "a heading skipped": (replaced(r"<h3>(.*?)</h3>", r"<h5>\1</h5>"), "follows"),
    "no main": (replaced(r"<main>(.*)</main>", r"<div>\1</div>"), "<main>"),
    "a script": (replaced(r"</main>", "<script>1</script></main>"), "stands alone"),
    "a handler": (replaced(r"<tr id", '<tr onclick="x" id'), "onclick"),
    "a picture from elsewhere": (replaced(r"</main>", '<img src="http://x/y.png"></main>'), "stands alone"),
    "a font from elsewhere": (replaced(r"<style>", "<style>@import 'x';"), "fetches"),
    "a link out": (replaced(r'href="#c1-post-\d+"', 'href="http://x"'), "out of the page"),
    "a link to nowhere": (replaced(r'href="#c1-post-\d+"', 'href="#gone"'), "#gone"),
    "an id twice": (replaced(r'(<tr id="c1-post-)\d+"', r'\g<1>0"', 2), "twice"),
    "a table without a caption": (replaced(r"<caption>.*?</caption>", ""), "caption"),
    "a caption that ends in an id": (replaced(r": [^<:]*</caption>", ": c1</caption>"), "by an id"),
    "a list of reasons that is no list": (replaced(r' role="list"', ""), "no list"),
    "a column header that is a cell": (replaced(r'<th scope="col">(.*?)</th>', r"<td>\1</td>"), "columns"),
    "a column header without scope": (replaced(r'<th scope="col">', "<th>"), "column"),
    "a row header that is a cell": (replaced(r'<tr><th scope="row">(.*?)</th>', r"<tr><td>\1</td>"), "header cell"),
    "an empty cell": (replaced(r"<td>–</td>", "<td></td>"), "empty cell"),
    "a drawing without a role": (replaced(r' role="img"', ""), "role=img"),
    "a drawing without a title": (replaced(r"<title id.*?</title>", ""), "title"),
    "a drawing that says more than the tables": (
        replaced(r'(<text x="0.0" y="[\d.]+" text-anchor="start">)', r"\1dolt "), "no table does"),
    "a region out of reach": (replaced(r' tabindex="0"', ""), "region"),
    "grey text": (replaced(r"color: #434343", "color: #9a9a9a"), "contrast"),
    "a faint mark": (replaced(r"fill: #1f4e79", "fill: #c9d7e6"), "mark"),
    "nothing for print": (replaced(r"@media print", "@media screen"), "print"),
    "an element left open": (replaced(r"</caption>", ""), "closes"),
}


class Pages(unittest.TestCase):
    def test_pages_of_case_files_pass(self):
        for case in ("malmo-2012", "sandsbro-routine", "osthammar-2017", "haninge-2021"):
            for language in ("sv", "en"):
                with self.subTest(case=case, language=language):
                    self.assertEqual(Check(page(case, language)).check(), [])

    def test_the_check_finds_each_breakage(self):
        markup = page("malmo-2012", "sv")
        for name, (breakage, said) in BREAKAGES.items():
            with self.subTest(name):
                findings = Check(breakage(markup)).check()
                self.assertTrue(any(said in finding for finding in findings), findings)

    def test_the_check_finds_swedish_words_on_an_english_page(self):
        broken = replaced('<span lang="sv">”', "<span>”")(page("sandsbro-routine", "en"))
        self.assertTrue(any("read as English" in finding for finding in Check(broken).check()))

    def test_an_act_and_its_time_word_are_swedish_on_an_english_page(self):
        act = r'<span lang="sv">Skollagen \(2010:800\) 6 kap\. 10 §[^<]* \(&quot;skyndsamt&quot;\)</span>'
        self.assertRegex(page("sandsbro-routine", "en"), act)

    def test_says_what_the_case_is_about(self):
        markup = page("malmo-2012", "sv")
        for words in ("orosanmälan", "minst så lång som en kritiserad", "Malmö tingsrätt", "2012-06-27",
                      "Tidsläge, ingen dom"):
            self.assertIn(words, markup)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
