// Verifies what checkpoint_writer writes, with golang.org/x/mod's signed notes and transparency
// logs: every note, inclusion and consistency proof must hold, and none of them when a byte of it
// is turned.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run checkpoint_verify.go < statements
package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func fail(format string, arguments ...interface{}) {
	fmt.Printf(format+"\n", arguments...)
	os.Exit(1)
}

func must(err error, what string) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

func mustNot(err error, what string) {
	if err == nil {
		fail("accepted: %s", what)
	}
}

func bytesOf(text string) []byte {
	raw, err := base64.StdEncoding.DecodeString(text)
	must(err, "base64")
	return raw
}

func hashOf(text string) (hash tlog.Hash) {
	raw := bytesOf(text)
	if len(raw) != len(hash) {
		fail("a hash of %d bytes", len(raw))
	}
	copy(hash[:], raw)
	return hash
}

func hashesOf(texts []string) (hashes []tlog.Hash) {
	for _, text := range texts {
		hashes = append(hashes, hashOf(text))
	}
	return hashes
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	must(err, "number")
	return n
}

type checker struct {
	name     string
	signer   note.Signer
	verifier note.Verifiers
	roots    map[int64]tlog.Hash
	notes    int
	proofs   int
}

// The note opens, says origin, size and root in three lines, and the same key signs the same bytes.
func (c *checker) note(raw []byte) {
	opened, err := note.Open(raw, c.verifier)
	must(err, "note")
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != c.name || lines[3] != "" {
		fail("not three lines: %q", opened.Text)
	}
	root, err := tlog.ParseHash(lines[2])
	must(err, "root")
	c.roots[number(lines[1])] = root
	again, err := note.Sign(&note.Note{Text: opened.Text}, c.signer)
	must(err, "signing")
	if string(again) != string(raw) {
		fail("signed otherwise:\n%s\n%s", again, raw)
	}
	for i := range raw {
		// Go's Base64 ignores the last bits before the padding; the product does not.
		if i+1 < len(raw) && raw[i+1] == '=' && i > len(opened.Text) {
			continue
		}
		mutated := append([]byte(nil), raw...)
		mutated[i] ^= 1
		_, err := note.Open(mutated, c.verifier)
		mustNot(err, fmt.Sprintf("a note with byte %d turned", i))
	}
	c.notes++
}

func (c *checker) inclusion(index, size int64, leaf tlog.Hash, path []tlog.Hash) {
	must(tlog.CheckRecord(path, size, c.roots[size], index, leaf), "inclusion")
	for i := range path {
		path[i][i] ^= 1
		mustNot(tlog.CheckRecord(path, size, c.roots[size], index, leaf), "a turned inclusion proof")
		path[i][i] ^= 1
	}
	c.proofs++
}

func (c *checker) consistency(older, newer int64, path []tlog.Hash) {
	check := func() error {
		return tlog.CheckTree(path, newer, c.roots[newer], older, c.roots[older])
	}
	must(check(), "consistency")
	for i := range path {
		path[i][i] ^= 1
		mustNot(check(), "a turned consistency proof")
		path[i][i] ^= 1
	}
	c.proofs++
}

func (c *checker) statement(words []string) {
	switch words[0] {
	case "signer":
		signer, err := note.NewSigner(words[1])
		must(err, "signer key")
		c.signer = signer
	case "verifier":
		verifier, err := note.NewVerifier(words[1])
		must(err, "verifier key")
		c.name = verifier.Name()
		c.verifier = note.VerifierList(verifier)
	case "note":
		c.note(bytesOf(words[1]))
	case "inclusion":
		c.inclusion(number(words[1]), number(words[2]), hashOf(words[3]), hashesOf(words[4:]))
	case "consistency":
		c.consistency(number(words[1]), number(words[2]), hashesOf(words[3:]))
	default:
		fail("unknown statement %q", words[0])
	}
}

func main() {
	c := checker{roots: map[int64]tlog.Hash{}}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		c.statement(strings.Fields(lines.Text()))
	}
	must(lines.Err(), "reading")
	if c.notes == 0 || c.proofs == 0 {
		fail("nothing to verify")
	}
	fmt.Printf("%d notes and %d proofs hold\n", c.notes, c.proofs)
}
