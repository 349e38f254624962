package skyndsamt;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** A message of a topic whose messages are numbered in ce_sequence. */
record Message(ConsumerRecord<String, byte[]> record) {
  long sequence() {
    return Long.parseLong(header("ce_sequence"));
  }

  /** The number before (-1: none). */
  long previous() {
    Header found = record.headers().lastHeader("ce_previoussequence");
    return found == null ? -1 : Long.parseLong(new String(found.value(), UTF_8));
  }

  /** What tells a message from any other that may come to stand at its place. */
  String mark() {
    return String.join(" ", header("ce_source"), header("ce_id"), header("ce_time"));
  }

  /** Whether the value is JSON; otherwise it is protobuf. */
  boolean json() {
    return switch (header("content-type")) {
      case "application/json" -> true;
      case "application/protobuf" -> false;
      default -> throw new IllegalStateException("no known content-type at offset " + offset());
    };
  }

  /** Throws IllegalStateException where it is not there. */
  String header(String name) {
    Header found = record.headers().lastHeader(name);
    if (found == null) {
      throw new IllegalStateException("no header " + name + " at offset " + offset());
    }
    return new String(found.value(), UTF_8);
  }

  long offset() {
    return record.offset();
  }

  byte[] value() {
    return record.value();
  }

  /** The value where it is JSON. */
  String text() {
    return new String(record.value(), UTF_8);
  }
}
