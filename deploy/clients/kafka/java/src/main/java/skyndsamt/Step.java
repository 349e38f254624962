package skyndsamt;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import skyndsamt.log.v1.Log;

/**
 * A message of the events topic, decoded: its place in the log, the place before it (-1: none), its
 * type, the month in which it was recorded, the record itself, its offset, and a mark that tells it
 * from any other record that may come to stand at its place. The record's leaf and body are what was
 * hashed and signed; its sealed parts are ciphertext.
 */
record Step(
    long position,
    long previous,
    String type,
    String month,
    Log.Record value,
    long offset,
    String mark) {
  /** Throws IllegalStateException where headers or value are not what they must be. */
  static Step of(ConsumerRecord<String, byte[]> message) {
    long position = Long.parseLong(header(message, "ce_sequence"));
    Log.Record value = valueOf(message);
    if (value.getPosition().getPosition() != position
        || !value.getPosition().getLog().equals(header(message, "ce_source"))) {
      throw new IllegalStateException(
          "position " + position + ": the value at offset " + message.offset() + " is of another record");
    }
    Header previous = message.headers().lastHeader("ce_previoussequence");
    return new Step(
        position,
        previous == null ? -1 : Long.parseLong(text(previous)),
        header(message, "ce_type"),
        header(message, "ce_time").substring(0, "2026-01".length()),
        value,
        message.offset(),
        String.join(
            " ", header(message, "ce_source"), header(message, "ce_id"), header(message, "ce_time")));
  }

  private static Log.Record valueOf(ConsumerRecord<String, byte[]> message) {
    try {
      switch (header(message, "content-type")) {
        case "application/protobuf":
          return Log.Record.parseFrom(message.value());
        case "application/json":
          Log.Record.Builder value = Log.Record.newBuilder();
          JsonFormat.parser()
              .ignoringUnknownFields()
              .merge(new String(message.value(), StandardCharsets.UTF_8), value);
          return value.build();
        default:
          throw new IllegalStateException("no known content-type at offset " + message.offset());
      }
    } catch (InvalidProtocolBufferException error) {
      throw new IllegalStateException("no record at offset " + message.offset(), error);
    }
  }

  private static String header(ConsumerRecord<String, byte[]> message, String name) {
    Header found = message.headers().lastHeader(name);
    if (found == null) {
      throw new IllegalStateException("no header " + name + " at offset " + message.offset());
    }
    return text(found);
  }

  private static String text(Header header) {
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
