#!/usr/bin/env python3
"""The bytes of a leaf and of a stored record, computed from the specification alone.

Shares no code with the product: struct, hashlib and hmac of Python's own library, and protobuf's wire
format written out by hand. Run without arguments it prints the vector; with --check FILE it fails
unless the file says the same. The first vector is the worked one of the integrity format; the second
has a real log.v1.Body and two parts.
"""
import hashlib
import hmac
import struct
import sys


def varint(n):
    out = b""
    while n > 0x7F:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def field(number, payload):
    if isinstance(payload, int):
        return varint(number << 3) + varint(payload)
    if isinstance(payload, str):
        payload = payload.encode()
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def part_digest(part):
    return part["key"] + part["commitment"] + hashlib.sha256(
        part["salt"] + part["ciphertext"]).digest()


def leaf(v):
    kind = v["type"].encode()
    return (b"skyndsamt/leaf/v1\0" + struct.pack(">Qq", v["position"], v["recorded"])
            + v["event_id"] + v["stream"] + struct.pack(">Q", v["revision"]) + v["previous"]
            + bytes([len(kind)]) + kind + struct.pack(">I", v["schema"])
            + hashlib.sha256(v["body"]).digest() + struct.pack(">H", len(v["parts"]))
            + b"".join(map(part_digest, v["parts"])))


def stored(v):
    out = leaf(v) + struct.pack(">I", len(v["body"])) + v["body"]
    for part in v["parts"]:
        out += (part["salt"] + struct.pack(">I", len(part["ciphertext"])) + part["ciphertext"]
                + part["commitment"])
    return out


def worked():
    return {
        "position": 0, "recorded": 1700000000000000, "event_id": bytes(range(16)),
        "stream": b"\xaa" * 16, "revision": 0, "previous": bytes(32), "type": "case.reported",
        "schema": 1, "body": b"{}", "parts": [{
            "key": b"\xbb" * 16, "salt": b"\x11" * 32,
            "ciphertext": bytes.fromhex("397d53346d7752a126b292f6d12e68231ca9fc8b402ae272b7a859d61"
                                        "07b975d573c2dc82583"),
            "commitment": bytes.fromhex("2ef3f6ead030aa10f6ec80f9bef5cecec7a20097679b24771842ee952"
                                        "ee0ec9e")}]}


def with_a_body():
    person = "6f1e3c52-8d7a-4b1e-9c55-0d4f2a7b9e10"
    actor = field(1, "subject-17") + field(2, "principal") + field(
        3, "0b9e6a4e-54c0-4b57-8a70-6f7a4f0c1d22")
    sealed_name = field(1, "person.name") + field(2, b"\x01" * 16) + field(3, person)
    sealed_text = field(1, "note") + field(2, b"\x02" * 16) + field(4, person)
    body = (field(1, actor) + field(2, hashlib.sha256(b"scope|request").digest()[:16])
            + field(3, hmac.new(b"incident key", b"request", hashlib.sha256).digest())
            + field(4, b"\x77" * 16) + field(5, 1) + field(6, 2) + field(7, sealed_name)
            + field(7, sealed_text) + field(8, b"\x0a\x03abc"))

    def part(n, length):
        return {"key": bytes([n]) * 16, "salt": hashlib.sha256(bytes([n])).digest(),
                "ciphertext": bytes((n * i) & 0xFF for i in range(length)),
                "commitment": hashlib.sha256(b"commitment" + bytes([n])).digest()}
    return {
        "position": 4294967301, "recorded": 1761129600123456,
        "event_id": bytes(range(0x40, 0x50)), "stream": bytes(range(0x80, 0x90)), "revision": 258,
        "previous": hashlib.sha256(b"previous").digest(), "type": "incident.conversation_held",
        "schema": 3, "body": body, "parts": [part(1, 38), part(2, 80)]}


def lines():
    for name, v in (("worked", worked()), ("body", with_a_body())):
        data = leaf(v)
        yield f"{name}.position {v['position']}"
        yield f"{name}.recorded {v['recorded']}"
        yield f"{name}.event_id {v['event_id'].hex()}"
        yield f"{name}.stream {v['stream'].hex()}"
        yield f"{name}.revision {v['revision']}"
        yield f"{name}.previous {v['previous'].hex()}"
        yield f"{name}.type {v['type']}"
        yield f"{name}.schema {v['schema']}"
        yield f"{name}.body {v['body'].hex()}"
        for i, part in enumerate(v["parts"]):
            for key in ("key", "salt", "ciphertext", "commitment"):
                yield f"{name}.part{i}.{key} {part[key].hex()}"
        yield f"{name}.leaf {data.hex()}"
        yield f"{name}.leaf_hash {hashlib.sha256(bytes([0]) + data).hexdigest()}"
        yield f"{name}.stored {stored(v).hex()}"


def main():
    text = "\n".join(lines()) + "\n"
    known = hashlib.sha256(bytes([0]) + leaf(worked())).hexdigest()
    if known != "508b99ffa98700f89a86e46c4bc348a0630afdf78d9bedec5b1458dbdb817853":
        sys.exit("the worked vector does not hash to its published answer")
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        with open(sys.argv[2], encoding="ascii") as file:
            if file.read() != text:
                sys.exit("the vector file is not what the specification gives")
        return
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
