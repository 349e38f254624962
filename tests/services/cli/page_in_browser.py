#!/usr/bin/env python3
"""A timeliness page as a real browser (Debian's Chromium) takes it: parsed without repair, nothing
fetched, nothing run; what it tells a screen reader; the contrast that it computes; no sideways
scrolling at 320 pixels; and the PDF it prints.

    page_in_browser.py SKYNDSAMT CASES [KEEP]

KEEP: a directory for the page, its picture and its PDF, to be looked at.
"""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from browser import Browser  # noqa: E402
from page_check import parse  # noqa: E402

PROGRAM, CASES = sys.argv[1], Path(sys.argv[2])
KEEP = Path(sys.argv[3]) if len(sys.argv) > 3 else None

# For every text on the page, its colour against what is behind it: the lowest ratio and whose.
CONTRAST = """
(() => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => {
    const c = numbers(colour).slice(0, 3).map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
  };
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor, parts = numbers(colour);
      if (parts.length < 4 || parts[3] === 1) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let worst = [99, ''], seen = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('title, desc')) continue;
    const style = getComputedStyle(element);
    const ink = element.closest('svg') ? style.fill : style.color;
    const [a, b] = [light(ink), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    seen += 1;
    if (ratio < worst[0]) worst = [ratio, node.data];
  }
  return {worst: worst[0], of: worst[1], seen};
})()
"""


def make(case, language, directory):
    file = Path(directory) / f"{case}-{language}.html"
    ran = subprocess.run([PROGRAM, "demo", str(CASES / f"{case}.json"), "--lang", language, "--html", str(file)],
                         capture_output=True, text=True)
    if ran.returncode != 0:
        raise AssertionError(ran.stderr)
    return file


class PageInBrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="skyndsamt-page-")
        cls.browser = Browser().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.directory.cleanup()

    def opened(self, case="malmo-2012", language="sv"):
        file = make(case, language, KEEP or self.directory.name)
        self.browser.open(file)
        return file

    def test_parsed_as_written_with_nothing_fetched_and_nothing_run(self):
        file = self.opened("sandsbro-routine")
        parsed = parse(file.read_text(encoding="utf-8"))
        self.assertEqual(parsed.problems, [])
        in_browser = self.browser.value("[...document.querySelectorAll('*')].map(e => e.tagName.toLowerCase())")
        self.assertEqual(in_browser, parsed.tags)
        self.assertEqual(self.browser.value("document.compatMode"), "CSS1Compat")
        self.assertEqual(self.browser.value("document.scripts.length"), 0)
        requests = [e["params"]["request"]["url"] for e in self.browser.events
                    if e.get("method") == "Network.requestWillBeSent"]
        self.assertEqual(requests, [f"file://{file}"])
        problems = [e for e in self.browser.events
                    if e.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown")]
        self.assertEqual(problems, [])

    def test_what_a_screen_reader_is_told(self):
        for language, role_words in (("sv", "Tidslinje"), ("en", "Timeline")):
            self.opened("sandsbro-routine", language)
            nodes = [n for n in self.browser.call("Accessibility.getFullAXTree")["nodes"] if not n.get("ignored")]
            by_role = {}
            for node in nodes:
                by_role.setdefault(node["role"]["value"].lower(), []).append(node)

            def named(role):
                return [n.get("name", {}).get("value", "") for n in by_role.get(role, [])]

            self.assertEqual(self.browser.value("document.documentElement.lang"), language)
            pictures = [n for role in ("img", "image") for n in by_role.get(role, [])]
            self.assertEqual(len(pictures), self.browser.value("document.querySelectorAll('svg').length"))
            for picture in pictures:
                self.assertIn(role_words, picture["name"]["value"])
                self.assertFalse([n for n in nodes if n.get("parentId") == picture["nodeId"]
                                  and n["role"]["value"] == "StaticText"], "a picture is one thing")
            tables = named("table")
            self.assertEqual(len(tables), self.browser.value("document.querySelectorAll('table').length"))
            self.assertTrue(all(tables) and len(set(tables)) == len(tables), tables)
            self.assertGreater(len(by_role.get("columnheader", [])), 10)
            self.assertGreater(len(by_role.get("rowheader", [])), 20)
            self.assertEqual(len(by_role.get("main", [])), 1)
            self.assertTrue(all(named("heading")))
            self.assertTrue(all(named("link")))
            self.assertTrue(all(named("region")))

    def test_contrast_as_computed(self):
        for case in ("malmo-2012", "sandsbro-routine"):
            self.opened(case)
            told = self.browser.value(CONTRAST)
            self.assertGreater(told["seen"], 50)
            self.assertGreaterEqual(told["worst"], 4.5, told["of"])

    def test_narrow_screens_do_not_scroll_sideways(self):
        self.opened("sandsbro-routine")
        self.browser.call("Emulation.setDeviceMetricsOverride", width=320, height=640, deviceScaleFactor=1,
                          mobile=False)
        try:
            self.assertLessEqual(self.browser.value("document.documentElement.scrollWidth"), 320)
        finally:
            self.browser.call("Emulation.clearDeviceMetricsOverride")

    def test_the_timeline_is_drawn(self):
        file = self.opened()
        boxes = self.browser.value(
            "[...document.querySelectorAll('svg circle, svg .recorded, svg .due-flag, svg .duty, svg .range')]"
            ".map(e => { const b = e.getBoundingClientRect(), s = e.ownerSVGElement.getBoundingClientRect();"
            " return b.width > 0 && b.height > 0 && b.left >= s.left - 1 && b.right <= s.right + 1"
            " && b.top >= s.top && b.bottom <= s.bottom; })")
        self.assertGreater(len(boxes), 5)
        self.assertTrue(all(boxes), "every mark has a size and lies within the drawing")
        picture = self.browser.bytes_of("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        self.assertTrue(picture.startswith(b"\x89PNG"))
        if KEEP:
            file.with_suffix(".png").write_bytes(picture)

    def test_on_paper(self):
        self.opened("sandsbro-routine")
        pdf = self.browser.bytes_of("Page.printToPDF", preferCSSPageSize=True, generateTaggedPDF=True,
                                    printBackground=True)
        path = (KEEP or Path(self.directory.name)) / "paper.pdf"
        path.write_bytes(pdf)
        told = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
        fields = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
        self.assertGreater(int(fields["Pages"]), 1)
        self.assertEqual(fields["Tagged"].strip(), "yes", "a PDF that a screen reader can follow")
        self.assertIn("841.", fields["Page size"] + " ")
        text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True,
                              check=True).stdout
        for words in ("Tidsläge", "Tidslinje", "anmälan till huvudman", "Slutsats", "Posterna"):
            self.assertIn(words, text)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
