#!/usr/bin/env python3
"""deploy/clients/kafka/follow.py without a broker: two that take the same messages at once, and which errors it waits
out.

    follow_test.py ROOT
"""
import contextlib
import io
import sqlite3
import sys
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, sys.argv[1] + "/deploy/clients/kafka")
import follow  # noqa: E402
from confluent_kafka import KafkaError, KafkaException  # noqa: E402

MESSAGES = 1000


class Message:
    def __init__(self, sequence):
        self.sequence = sequence

    def headers(self):
        header = {"ce_source": "log", "ce_id": f"id {self.sequence}", "ce_time": "2026-01-01",
                  "ce_sequence": f"{self.sequence:020}"}
        if self.sequence > 0:
            header["ce_previoussequence"] = f"{self.sequence - 1:020}"
        return [(name, value.encode()) for name, value in header.items()]

    def offset(self):
        return self.sequence

    def value(self):
        return b""


class SeveralOnOneDatabase(unittest.TestCase):
    def open(self):
        database = sqlite3.connect(self.file, timeout=follow.LOCK_SECONDS, check_same_thread=False)
        self.addCleanup(database.close)
        database.executescript(follow.PLACE + "create table if not exists taken (sequence integer not null);")
        return database

    def test_each_message_is_taken_once(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "taken.db"
        first, second = self.open(), self.open()
        failed = []

        def run():
            try:
                self.take_all(second)
            except BaseException as error:  # a thread's own would be lost
                failed.append(error)

        other = threading.Thread(target=run)

        def take(database, header, value):
            self.insert(database, header, value)
            if int(header["ce_sequence"]) == 0:
                other.start()  # while this transaction is open
                other.join(0.5)

        follow.take_all(first, "topic", [Message(i) for i in range(MESSAGES)], take)
        other.join()
        self.assertEqual(failed, [])
        taken = first.execute("select count(*), count(distinct sequence) from taken").fetchone()
        self.assertEqual(taken, (MESSAGES, MESSAGES))
        self.assertEqual(follow.place(first, "topic")[:2], (MESSAGES - 1, MESSAGES - 1))

    @staticmethod
    def insert(database, header, _):
        database.execute("insert into taken values (?)", (int(header["ce_sequence"]),))

    def take_all(self, database):
        follow.take_all(database, "topic", [Message(i) for i in range(MESSAGES)], self.insert)


class Errors(unittest.TestCase):
    def test_what_passes_is_waited_out(self):
        for code in (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError.LEADER_NOT_AVAILABLE, KafkaError._TRANSPORT):
            with contextlib.redirect_stderr(io.StringIO()) as said:
                follow.check(KafkaError(code), 7)
            self.assertTrue(said.getvalue().startswith("waiting: "))

    def test_a_topic_that_is_not_there_is_told_and_a_broker_that_is_away(self):
        consumer = mock.Mock()
        for code in (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._TRANSPORT):
            error = KafkaError(code)
            topic = mock.Mock(error=error)
            consumer.list_topics.side_effect = [mock.Mock(topics={"topic": topic}), KafkaException(error)]
            for _ in range(2):
                with contextlib.redirect_stderr(io.StringIO()) as said:
                    follow.look(consumer, "topic", 7)
                self.assertTrue(said.getvalue().startswith("waiting: "))

    def test_what_does_not_is_raised(self):
        for code in (KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError._AUTHENTICATION):
            with self.assertRaises(KafkaException):
                follow.check(KafkaError(code), 7)

    def test_a_place_that_is_gone_stops_it(self):
        with self.assertRaisesRegex(follow.Stop, "gone: offset 7 is no longer kept"):
            follow.check(KafkaError(KafkaError._AUTO_OFFSET_RESET), 7)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
