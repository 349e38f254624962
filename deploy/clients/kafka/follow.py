"""What the consumers beside it share: following a topic exactly once.

The last ce_sequence that was taken lies in the same SQLite transaction as what was made of it. Killed at any
moment, or given a message twice, a consumer neither loses nor doubles one; where one is missing, or the one that it
took last is not there any more but another (records were given up in a promotion), it stops and says so, with exit
code 2; and likewise where the broker no longer keeps the one that it took last, since nothing then tells whether what
follows belongs to the same history. Several may share a database: each message is taken by one of them. Nothing is
stored at the broker.

With --from-beginning it reads the topic from the first message that is kept, and passes over what it has: for a topic
that was made anew, or where what it took last has aged out and you know that nothing was given up.
"""
import argparse
import sqlite3
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

PARTITION = 0  # a log is a partition
LOCK_SECONDS = 60  # to wait for another that writes to the database
LOOK_SECONDS = 10  # to wait for a broker that knows of the topic
# The topic is not made yet, its leader moves, a broker is away: the client tries again by itself, and error.retriable()
# does not say so of what a read tells.
PASSING = {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC, KafkaError._UNKNOWN_PARTITION,
           KafkaError.LEADER_NOT_AVAILABLE, KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.FENCED_LEADER_EPOCH,
           KafkaError.UNKNOWN_LEADER_EPOCH, KafkaError.OFFSET_NOT_AVAILABLE, KafkaError.REPLICA_NOT_AVAILABLE,
           KafkaError.BROKER_NOT_AVAILABLE, KafkaError.REQUEST_TIMED_OUT, KafkaError.NETWORK_EXCEPTION,
           KafkaError.KAFKA_STORAGE_ERROR, KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN, KafkaError._RESOLVE,
           KafkaError._TIMED_OUT, KafkaError._WAIT_COORD}
PLACE = """
create table if not exists place
  (topic text primary key, last integer not null, at_offset integer not null, mark text not null);
"""


class Stop(Exception):
    pass


def mark(header):
    """What tells a message from any other that may come to stand at its position."""
    return " ".join(header.get(name, "") for name in ("ce_source", "ce_id", "ce_time"))


def place(database, topic):
    """The last sequence that was taken (-1: none), at which offset it was, and its mark. It is read again at each
    start: it must still be the same."""
    return (database.execute("select last, at_offset, mark from place where topic = ?", (topic,)).fetchone()
            or (-1, 0, ""))


def take_all(database, topic, messages, take):
    """Takes messages and keeps the place, all of it or nothing; the last sequence taken."""
    with database:  # one transaction
        database.execute("begin immediate")  # before the place is read: another may be taking the same messages
        last, offset, known = place(database, topic)
        for message in messages:
            header = {name: value.decode() for name, value in message.headers()}
            sequence = int(header["ce_sequence"])
            if sequence == last and mark(header) != known:
                raise Stop(f"another history: position {last} is not the record that was taken")
            if sequence == last:
                offset = message.offset()  # another one where the topic was made anew
            if sequence <= last:
                continue  # it came twice
            before = int(header.get("ce_previoussequence", -1))
            if before != last:
                raise Stop(f"gap: position {last} is the last one taken, the next says it follows {before}")
            take(database, header, message.value())
            last, offset, known = sequence, message.offset(), mark(header)
        database.execute("insert or replace into place values (?, ?, ?, ?)", (topic, last, offset, known))
    return last


def check(error, offset):
    """Raises what a reader that is at an offset cannot wait out."""
    if error.code() == KafkaError._AUTO_OFFSET_RESET:  # nowhere else to go on
        raise Stop(f"gone: offset {offset} is no longer kept, or was never there")
    if error.code() not in PASSING:
        raise KafkaException(error)
    print("waiting:", error.str(), file=sys.stderr)


def look(consumer, topic, offset):
    """Says so where there is no such topic yet: a read would wait without a word."""
    try:
        error = consumer.list_topics(topic, timeout=LOOK_SECONDS).topics[topic].error
    except KafkaException as failed:
        error = failed.args[0]
    if error is not None:
        check(error, offset)


def follow(database, asked, take, said):
    consumer = Consumer({"bootstrap.servers": asked.bootstrap, "group.id": "follow-" + asked.topic,
                         "isolation.level": "read_committed", "enable.auto.commit": False,
                         "auto.offset.reset": "error"})
    last, offset, _ = place(database, asked.topic)
    start = OFFSET_BEGINNING if asked.from_beginning else offset
    consumer.assign([TopicPartition(asked.topic, PARTITION, start)])
    if asked.until is None or last + 1 < asked.until:
        look(consumer, asked.topic, offset)
    while asked.until is None or last + 1 < asked.until:
        messages = consumer.consume(asked.batch, 0.2)
        for message in messages:
            if message.error():
                check(message.error(), place(database, asked.topic)[1])
        messages = [message for message in messages if not message.error()]
        if messages:
            last = take_all(database, asked.topic, messages, take)
            print(said, last, flush=True)
    consumer.close()


def run(about, topic, tables, take, said, show):
    """A consumer's command line. `tables` are made where they are not there; take(database, header, value) puts one
    message into them, inside the transaction; `said N` is printed after each; show(database) prints what there is."""
    parser = argparse.ArgumentParser(description=about.split("\n")[0])
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--topic", default=topic)
    parser.add_argument("--from-beginning", action="store_true")
    parser.add_argument("--until", type=int)
    parser.add_argument("--batch", type=int, default=1000)
    asked = parser.parse_args()
    database = sqlite3.connect(asked.database, timeout=LOCK_SECONDS)
    database.executescript(PLACE + tables)
    try:
        follow(database, asked, take, said)
    except Stop as stop:
        print(stop, file=sys.stderr)
        sys.exit(2)
    show(database)
