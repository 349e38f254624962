#!/usr/bin/env python3
"""What a cluster's operator sees of topics, with a foreign client: one line for each.

    describe_topics.py BOOTSTRAP TOPIC...            partitions, then the values of SHOWN
    describe_topics.py BOOTSTRAP TOPIC --set A=B,..  gives the topic these values, and no others
    describe_topics.py BOOTSTRAP TOPIC --delete      takes it away, with all that it has
    describe_topics.py BOOTSTRAP TOPIC... --in-sync  how many copies the partition with the fewest has in sync
    describe_topics.py BOOTSTRAP TOPIC... --leader   which broker leads its partition, by kafka_cluster.py's number
"""
import sys

from confluent_kafka.admin import AdminClient, ConfigResource

SHOWN = ("cleanup.policy", "retention.ms", "retention.bytes", "max.message.bytes",
         "min.insync.replicas", "unclean.leader.election.enable")


def main():
    bootstrap, *words = sys.argv[1:]
    admin = AdminClient({"bootstrap.servers": bootstrap})
    if "--set" in words:
        wanted = dict(pair.split("=") for pair in words[2].split(","))
        resource = ConfigResource("topic", words[0], set_config=wanted)
        admin.alter_configs([resource])[resource].result(60)
        return
    if "--delete" in words:
        admin.delete_topics([words[0]])[words[0]].result(60)
        return
    if "--in-sync" in words:
        topics = words[:words.index("--in-sync")]
        partitions = [admin.list_topics(topic, 60).topics[topic].partitions.values() for topic in topics]
        print(min(min((len(one.isrs) for one in some), default=0) for some in partitions), flush=True)
        return
    if "--leader" in words:
        for topic in words[:words.index("--leader")]:
            print(admin.list_topics(topic, 60).topics[topic].partitions[0].leader - 1, flush=True)
        return
    for topic in words:
        resource = ConfigResource("topic", topic)
        config = admin.describe_configs([resource])[resource].result(60)
        partitions = len(admin.list_topics(topic, 60).topics[topic].partitions)
        print(partitions, *(config[name].value for name in SHOWN), flush=True)


if __name__ == "__main__":
    main()
