#!/usr/bin/env python3
"""A real Apache Kafka cluster on loopback for tests, in a directory of its own, gone with its pipe.

    kafka_cluster.py --libs build/kafka/libs --dir DIR [--brokers 1] [--secure]

Prints one JSON line when every broker answers:

    bootstrap  host:port of each broker, comma-separated, plaintext
    proxied    the same brokers through a TCP proxy of this program, which `cut` silences
    sasl_ssl   (--secure) the same brokers with TLS, SASL PLAIN and ACLs
    mutual     (--secure) the same brokers with mutual TLS and ACLs
    ca         (--secure) the PEM file to trust
    user, password, certificate, key   (--secure) a user who may do anything, with either

Then takes one command a line on standard input and answers each with `ok` or `error: ...`:

    start I     starts broker I and waits until it answers
    stop I      SIGTERM: a controlled shutdown
    kill I      SIGKILL
    freeze I    SIGSTOP;  thaw I  SIGCONT
    cut         nothing passes the proxy in either direction, nothing is refused and nothing lost:
                what was under way arrives late, as on a real network
    mend        everything passes again

At the end of its standard input every broker is killed and DIR is removed. The module can also be imported: Cluster
is the same thing for a Python test.
"""
import argparse
import base64
import ctypes
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

USER, PASSWORD = "relay", "relay-secret"
ROLES = ("controller", "direct", "behind", "proxied", "secure", "mutual")


def free_port(taken):
    """Outside the range that outgoing connections take, so that a stopped broker's stays free."""
    while True:
        port = random.randrange(15000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in taken:
            taken.add(port)
            return port


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Proxy:
    """Forwards connections to one port; while it is cut, holds every byte back."""

    def __init__(self, port, target, passing):
        self.target, self.passing = target, passing
        self.listener = socket.create_server(("127.0.0.1", port), backlog=128)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.listener.accept()
            threading.Thread(target=self.join, args=(near,), daemon=True).start()

    def join(self, near):
        self.passing.wait()
        try:
            far = socket.create_connection(("127.0.0.1", self.target))
        except OSError:
            near.close()
            return
        for one, other in ((near, far), (far, near)):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.pump, args=(one, other), daemon=True).start()

    def pump(self, source, sink):
        try:
            while data := source.recv(1 << 18):
                self.passing.wait()
                sink.sendall(data)
        except OSError:
            pass
        self.passing.wait()
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Broker:
    def __init__(self, cluster, index):
        self.cluster, self.index = cluster, index
        self.ports = {role: free_port(cluster.taken) for role in ROLES}
        self.home = cluster.directory / f"broker-{index}"
        self.home.mkdir(parents=True)
        self.process = None
        Proxy(self.ports["proxied"], self.ports["behind"], cluster.passing)

    def properties(self):
        count = len(self.cluster.brokers)
        voters = ",".join(f"{b.index + 1}@127.0.0.1:{b.ports['controller']}" for b in self.cluster.brokers)
        listeners = {"DIRECT": "direct", "PROXIED": "behind"}
        if self.cluster.secure:
            listeners |= {"SECURE": "secure", "MUTUAL": "mutual"}
        advertised = {**listeners, "PROXIED": "proxied"}
        at = lambda names: ",".join(f"{n}://127.0.0.1:{self.ports[r]}" for n, r in names.items())
        lines = {
            "process.roles": "broker,controller",
            "node.id": self.index + 1,
            "controller.quorum.voters": voters,
            "listeners": f"CONTROLLER://127.0.0.1:{self.ports['controller']}," + at(listeners),
            "advertised.listeners": at(advertised),
            "inter.broker.listener.name": "DIRECT",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map":
                "CONTROLLER:PLAINTEXT,DIRECT:PLAINTEXT,PROXIED:PLAINTEXT,SECURE:SASL_SSL,MUTUAL:SSL",
            "log.dirs": self.home / "data",
            "auto.create.topics.enable": "false",
            "unclean.leader.election.enable": "true",  # the relay's topics must not rest on this
            "offsets.topic.num.partitions": 1,
            "offsets.topic.replication.factor": count,
            "transaction.state.log.num.partitions": 1,
            "transaction.state.log.replication.factor": count,
            "transaction.state.log.min.isr": min(2, count),
            "transaction.abort.timed.out.transaction.cleanup.interval.ms": 500,
            "group.initial.rebalance.delay.ms": 0,
            "broker.session.timeout.ms": 4000,
            "broker.heartbeat.interval.ms": 500,
            "controlled.shutdown.enable": "true",
        }
        if self.cluster.secure:
            lines |= self.cluster.security()
        return "".join(f"{key}={value}\n" for key, value in lines.items())

    def format(self):
        """What Kafka's StorageTool writes, without a Java process for it."""
        (self.home / "server.properties").write_text(self.properties())
        (self.home / "data").mkdir()
        directory = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        (self.home / "data" / "meta.properties").write_text(
            f"version=1\ncluster.id={self.cluster.id}\nnode.id={self.index + 1}\ndirectory.id={directory}\n")

    def launch(self):
        with (self.home / "broker.log").open("a") as log:
            # The broker goes with this program, however that ends.
            self.process = subprocess.Popen(
                ["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", self.cluster.sharing,
                 "-cp", f"{self.cluster.libs}/*", "kafka.Kafka", str(self.home / "server.properties")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=lambda: ctypes.CDLL(None).prctl(1, signal.SIGKILL))

    def wait_until_up(self, seconds=120):
        until = time.monotonic() + seconds
        while not all(answers(self.ports[role]) for role in ("direct", "behind")):
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"broker {self.index} did not start: see {self.home}/broker.log")
            time.sleep(0.1)

    def end(self, with_signal):
        if self.process is not None:
            self.process.send_signal(with_signal)
            self.process.wait()
            self.process = None


def shared_classes(libs, directory):
    """The broker's classes as Java maps them, made once beside the jars by a broker that is started and
    stopped: others then start in half the time. Java does without where they do not fit it."""
    made = libs.parent / "classes.jsa"
    if not made.exists():
        fresh = libs.parent / f"classes-{os.getpid()}.jsa"
        first = Cluster(libs, directory / "first", sharing=f"-XX:ArchiveClassesAtExit={fresh}")
        first.stop(0)
        fresh.rename(made)
    return f"-XX:SharedArchiveFile={made}"


class Cluster:
    def __init__(self, libs, directory, brokers=1, secure=False, sharing=None):
        self.libs, self.directory, self.secure = Path(libs), Path(directory), secure
        if not any(self.libs.glob("kafka_*.jar")):
            raise RuntimeError(f"no broker in {libs}: run deploy/kafka/fetch.sh")
        self.sharing = sharing or shared_classes(self.libs, self.directory)
        self.taken, self.passing = set(), threading.Event()
        self.passing.set()
        self.id = "skyndsamt-test-cluster"
        self.brokers = []
        self.directory.mkdir(parents=True, exist_ok=True)
        for index in range(brokers):
            self.brokers.append(Broker(self, index))
        if secure:
            self.make_certificates()
        for broker in self.brokers:
            broker.format()
            broker.launch()
        for broker in self.brokers:
            broker.wait_until_up()

    def security(self):
        broker = {"keystore": "broker.pem", "truststore": "ca.pem"}
        return {
            "listener.name.secure.sasl.enabled.mechanisms": "PLAIN",
            "listener.name.secure.plain.sasl.jaas.config":
                "org.apache.kafka.common.security.plain.PlainLoginModule required "
                f"user_{USER}=\"{PASSWORD}\" user_stranger=\"{PASSWORD}\" user_reader=\"{PASSWORD}\";",
            "listener.name.mutual.ssl.client.auth": "required",
            **{f"listener.name.{name}.ssl.{store}.type": "PEM" for name in ("secure", "mutual") for store in broker},
            **{f"listener.name.{name}.ssl.{store}.location": self.directory / file
               for name in ("secure", "mutual") for store, file in broker.items()},
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:ANONYMOUS;User:{USER};User:CN={USER}",
        }

    def make_certificates(self):
        """A CA, a certificate of the brokers' for 127.0.0.1 and one of the user's, as PEM."""
        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=self.directory, check=True, capture_output=True)
        key = ("-newkey", "rsa:2048", "-nodes")
        openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test CA")
        (self.directory / "san").write_text("subjectAltName=IP:127.0.0.1")
        for name, subject in (("b", "127.0.0.1"), ("user", USER)):
            openssl("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={subject}")
            openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                    "-days", "2", "-extfile", "san", "-out", f"{name}.pem")
        (self.directory / "broker.pem").write_text(
            "".join((self.directory / name).read_text() for name in ("b.key", "b.pem", "ca.pem")))

    def addresses(self, role):
        return ",".join(f"127.0.0.1:{b.ports[role]}" for b in self.brokers)

    def describe(self):
        about = {"bootstrap": self.addresses("direct"), "proxied": self.addresses("proxied")}
        if self.secure:
            about |= {"sasl_ssl": self.addresses("secure"), "mutual": self.addresses("mutual"),
                      "user": USER, "password": PASSWORD}
            about |= {name: str(self.directory / file)
                      for name, file in (("ca", "ca.pem"), ("certificate", "user.pem"), ("key", "user.key"))}
        return about

    def start(self, index):
        self.brokers[index].launch()
        self.brokers[index].wait_until_up()

    def stop(self, index):
        self.brokers[index].end(signal.SIGTERM)

    def kill(self, index):
        self.brokers[index].end(signal.SIGKILL)

    def freeze(self, index):
        self.brokers[index].process.send_signal(signal.SIGSTOP)

    def thaw(self, index):
        self.brokers[index].process.send_signal(signal.SIGCONT)

    def cut(self):
        self.passing.clear()

    def mend(self):
        self.passing.set()

    def close(self):
        for broker in self.brokers:
            broker.end(signal.SIGKILL)


def serve(cluster):
    commands = {name: getattr(cluster, name)
                for name in ("start", "stop", "kill", "freeze", "thaw", "cut", "mend")}
    for line in sys.stdin:
        name, *arguments = line.split()
        try:
            commands[name](*map(int, arguments))
            print("ok", flush=True)
        except Exception as error:  # told to whoever asked
            print(f"error: {error}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--libs", required=True)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--brokers", type=int, default=1)
    parser.add_argument("--secure", action="store_true")
    asked = parser.parse_args()
    cluster = Cluster(asked.libs, asked.dir, asked.brokers, asked.secure)
    try:
        print(json.dumps(cluster.describe()), flush=True)
        serve(cluster)
    finally:
        cluster.close()
        shutil.rmtree(asked.dir, ignore_errors=True)


if __name__ == "__main__":
    main()
