#!/usr/bin/env python3
"""What a timeliness page must be, read from its markup alone.

    page_check.py PAGE...

Refuses: a page that needs anything from elsewhere or runs anything; one without language, title,
landmarks or headings in order; Swedish quoted in English as if it were English; a list without
markers that does not say it is one; a table without caption and header cells, or called by an id; a drawing without title
and description, or with a row that no table has; an id twice or a link to nowhere; colours whose
contrast is too low for text (4.5:1) or for what carries meaning (3:1); a page without rules for
print. Prints one line for each finding and exits with 1 if there is any. WCAG 2.1 AA, what a machine
can see of it; the browser's own view is page_in_browser.py's.
"""
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
FOREIGN = {"script", "link", "img", "iframe", "object", "embed", "form", "audio", "video", "base", "image",
           "use", "foreignobject", "animate", "set", "input", "button"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Node:
    def __init__(self, tag, attributes, parent):
        self.tag, self.parent = tag, parent
        self.attributes = dict(attributes)
        self.children, self.texts = [], []

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, *tags):
        return [n for n in self.walk() if n.tag in tags]

    def within(self, tag):
        return self.parent is not None and (self.parent.tag == tag or self.parent.within(tag))

    def language(self):
        return self.get("lang") or (self.parent.language() if self.parent is not None else None)

    def text(self):
        return " ".join(" ".join("".join(n.texts) for n in self.walk()).split())

    def get(self, name):
        return self.attributes.get(name)


class Parser(HTMLParser):
    """A strict one: every element that is opened is closed, in order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = self.at = Node("#document", [], None)
        self.problems, self.tags = [], []
        self.doctype = ""

    def handle_decl(self, decl):
        self.doctype = decl

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        names = [name for name, _ in attributes]
        if len(names) != len(set(names)):
            self.problems.append(f"<{tag}> has an attribute twice")
        node = Node(tag, attributes, self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_endtag(self, tag):
        if tag != self.at.tag:
            self.problems.append(f"</{tag}> closes <{self.at.tag}>")
        if self.at.parent is not None:
            self.at = self.at.parent

    def handle_data(self, data):
        self.at.texts.append(data)


def parse(markup):
    parser = Parser()
    parser.feed(markup)
    parser.close()
    if parser.at is not parser.root:
        parser.problems.append(f"<{parser.at.tag}> is never closed")
    return parser


def luminance(colour):
    channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class Check:
    def __init__(self, markup):
        self.parser = parse(markup)
        self.root = self.parser.root
        self.findings = list(self.parser.problems)

    def say(self, what):
        self.findings.append(what)

    def one(self, tag):
        """The page's own; a drawing has titles of its own."""
        found = [n for n in self.root.all(tag) if not n.within("svg")]
        if len(found) != 1:
            self.say(f"{len(found)} <{tag}>, one is wanted")
        return found[0] if found else Node(tag, [], None)

    def document(self):
        if self.parser.doctype.lower() != "doctype html":
            self.say("no doctype")
        if self.one("html").get("lang") not in ("sv", "en"):
            self.say("the page does not say its language")
        if not self.one("title").text():
            self.say("no title")
        if not any(m.get("charset", ) == "utf-8" for m in self.root.all("meta")):
            self.say("no charset")
        if not any(m.get("name") == "viewport" for m in self.root.all("meta")):
            self.say("no viewport")
        for tag in ("header", "main", "footer", "h1"):
            self.one(tag)

    def alone(self):
        for node in self.root.walk():
            if node.tag in FOREIGN:
                self.say(f"<{node.tag}> in a page that stands alone")
            for name, value in node.attributes.items():
                if name.startswith("on") or name in ("src", "srcset", "style", "xlink:href"):
                    self.say(f"<{node.tag} {name}>")
                if name == "href" and not (value or "").startswith("#"):
                    self.say(f"a link out of the page: {value}")
                if "url(" in (value or "") and not re.fullmatch(r"url\(#[\w.-]+\)", value):
                    self.say(f"{name} points out of the page")
        for style in self.root.all("style"):
            if re.search(r"url\(|@import|expression", style.text()):
                self.say("the style sheet fetches something")

    def headings(self):
        last = 0
        for node in self.root.all(*HEADINGS):
            level = int(node.tag[1])
            if level > last + 1:
                self.say(f"<{node.tag}> {node.text()!r} follows a heading of level {last}")
            if not node.text():
                self.say(f"an empty <{node.tag}>")
            last = level

    def languages(self):
        if not any(html.get("lang") == "en" for html in self.root.all("html")):
            return
        for node in self.root.walk():
            if any("”" in text for text in node.texts) and node.language() != "sv":
                self.say(f"Swedish words read as English: {node.text()!r}")

    def lists(self):
        for unmarked in self.root.all("ul"):
            if unmarked.get("class") != "reasons":
                continue
            for each in unmarked.all("ul"):
                if each.get("role") != "list":
                    self.say("reasons without markers are to some screen readers no list")

    def references(self):
        ids = [n.get("id") for n in self.root.walk() if n.get("id")]
        for twice in sorted({i for i in ids if ids.count(i) > 1}):
            self.say(f"the id {twice} is there twice")
        for node in self.root.walk():
            for name in ("aria-labelledby", "aria-describedby"):
                for target in (node.get(name) or "").split():
                    if target not in ids:
                        self.say(f"{name} names {target}, which is not there")
            href = node.get("href") or ""
            if href.startswith("#") and href[1:] not in ids:
                self.say(f"a link to {href}, which is not there")
            if node.tag == "a" and not node.text():
                self.say("a link without words")

    def tables(self):
        captions = []
        for table in self.root.all("table"):
            caption = " ".join(c.text() for c in table.all("caption"))
            captions.append(caption)
            if not caption:
                self.say("a table without a caption")
            if re.search(r": c\d+$", caption):
                self.say(f"table {caption!r} is called by an id of the page")
            columns = [h for head in table.all("thead") for h in head.all("th")]
            if not columns or any(h.get("scope") != "col" or not h.text() for h in columns):
                self.say(f"table {caption!r}: a column without a header cell")
            rows = [r for body in table.all("tbody") for r in body.all("tr")]
            if not rows:
                self.say(f"table {caption!r} has no rows")
            for row in rows:
                if len(row.children) != len(columns):
                    self.say(f"table {caption!r}: a row of {len(row.children)} cells, {len(columns)} columns")
                if not row.children or row.children[0].tag != "th" or row.children[0].get("scope") != "row":
                    self.say(f"table {caption!r}: a row without a header cell")
                if any(not cell.text() for cell in row.children):
                    self.say(f"table {caption!r}: an empty cell says nothing to a screen reader")
        for twice in sorted({c for c in captions if captions.count(c) > 1}):
            self.say(f"two tables are called {twice!r}")

    def drawings(self):
        headers = [cell.text() for table in self.root.all("table") for cell in table.all("th")]
        for svg in self.root.all("svg"):
            if svg.get("role") != "img":
                self.say("a drawing without role=img")
            labels = (svg.get("aria-labelledby") or "").split()
            named = {n.get("id"): n for n in svg.walk() if n.get("id")}
            kinds = [named[label].tag for label in labels if label in named and named[label].text()]
            if kinds != ["title", "desc"]:
                self.say("a drawing that is not named by its title and description")
            for text in svg.all("text"):
                if text.get("x") != "0.0" or text.get("class") == "heading":
                    continue  # not the label of a row
                label = text.text().removesuffix("…").strip()
                if not any(header.startswith(label) for header in headers):
                    self.say(f"the drawing shows {label!r}, and no table does")
        for figure in self.root.all("figure"):
            if not any(c.text() for c in figure.all("figcaption")):
                self.say("a figure without a caption")

    def regions(self):
        for node in self.root.walk():
            if node.get("role") == "region" and not (node.get("aria-label") and node.get("tabindex") == "0"):
                self.say("a region without a name, or out of the keyboard's reach")
            if node.get("tabindex") not in (None, "0"):
                self.say("a tab order of its own")
            labelled = node.get("aria-label") or node.get("aria-labelledby")
            if node.tag in ("section", "nav") and not labelled:
                self.say(f"a <{node.tag}> without a name")

    def colours(self):
        css = " ".join(s.text() for s in self.root.all("style"))
        backgrounds = set(re.findall(r"background: (#[0-9a-f]{6})", css))
        texts = set(re.findall(r"(?<![-\w])color: (#[0-9a-f]{6})", css)) | set(
            re.findall(r"svg text \{ fill: (#[0-9a-f]{6})", css))
        marks = {colour for rule, body in re.findall(r"(svg \.[\w-]+) \{([^}]*)\}", css)
                 for colour in re.findall(r"(?:stroke|fill): (#[0-9a-f]{6})", body)} - {"#ffffff"}
        if not backgrounds or not texts or not marks:
            self.say("no colours found to check")
        for text in sorted(texts):
            for background in sorted(backgrounds):
                if contrast(text, background) < 4.5:
                    self.say(f"text {text} on {background}: contrast {contrast(text, background):.2f}")
        for mark in sorted(marks):
            if contrast(mark, "#ffffff") < 3:
                self.say(f"mark {mark} on paper: contrast {contrast(mark, '#ffffff'):.2f}")
        if "@media print" not in css or "@page" not in css:
            self.say("no rules for print")

    def check(self):
        self.document()
        self.alone()
        self.headings()
        self.languages()
        self.lists()
        self.references()
        self.tables()
        self.drawings()
        self.regions()
        self.colours()
        return self.findings


def main():
    bad = False
    for path in sys.argv[1:]:
        for finding in Check(Path(path).read_text(encoding="utf-8")).check():
            bad = True
            print(f"{path}: {finding}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
