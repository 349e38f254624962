#!/usr/bin/env python3
"""Checkpoints and proofs, verified by programs that share no code with the product.

    checkpoint_foreign.py go WRITER        golang.org/x/mod verifies notes and proofs
    checkpoint_foreign.py openssl WRITER   openssl verifies every note's signature

WRITER is checkpoint_writer. Fails unless everything holds and everything mutated is refused.
"""
import base64
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def by_go(statements):
    with tempfile.TemporaryDirectory() as scratch:
        environment = {"PATH": "/usr/bin:/bin", "HOME": scratch, "GOCACHE": scratch + "/cache",
                       "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "CGO_ENABLED": "0"}
        source = Path(__file__).with_name("checkpoint_verify.go")
        ran = subprocess.run(["/usr/bin/go", "run", str(source)], input=statements, text=True,
                             env=environment, capture_output=True)
    print(ran.stdout + ran.stderr)
    assert ran.returncode == 0 and "proofs hold" in ran.stdout


def verifies(key_file, text, signature, scratch):
    (scratch / "text").write_bytes(text)
    (scratch / "signature").write_bytes(signature)
    ran = subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-rawin",
         "-inkey", key_file, "-in", scratch / "text", "-sigfile", scratch / "signature"],
        capture_output=True)
    return ran.returncode == 0


def by_openssl(statements):
    lines = [line.split() for line in statements.splitlines()]
    notes = [base64.b64decode(words[1]) for words in lines if words[0] == "note"]
    key = next(words[1] for words in lines if words[0] == "verifier")
    typed = base64.b64decode(key.split("+", 2)[2])
    assert typed[0] == 1 and notes
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        key_file = scratch / "public.der"
        key_file.write_bytes(bytes.fromhex("302a300506032b6570032100") + typed[1:])
        for note in notes:
            text, signatures = note.rsplit(b"\n\n", 1)
            text += b"\n"
            signature = base64.b64decode(signatures.split()[2])[4:]
            assert verifies(key_file, text, signature, scratch)
            assert not verifies(key_file, text[:-2] + b"\n", signature, scratch)
            assert not verifies(key_file, text, signature[:-1] + b"\0", scratch)
    print(f"{len(notes)} notes hold")


def main():
    statements = subprocess.run([sys.argv[2]], capture_output=True, text=True, check=True).stdout
    {"go": by_go, "openssl": by_openssl}[sys.argv[1]](statements)


if __name__ == "__main__":
    os.umask(0o077)
    main()
