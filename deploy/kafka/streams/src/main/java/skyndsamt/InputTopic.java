package skyndsamt;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The job's input, of which one message is read again, by a consumer of its own and without a group. */
record InputTopic(Map<String, String> asked) implements Sequence.Topic {
  private static final int PARTITION = 0; // a log is a partition

  @Override
  public Optional<Headers> at(long offset) {
    TopicPartition partition = new TopicPartition(asked.get("--input"), PARTITION);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, offset);
      while (consumer.endOffsets(List.of(partition)).get(partition) > consumer.position(partition)) {
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(Duration.ofSeconds(1))) {
          return message.offset() == offset ? Optional.of(message.headers()) : Optional.empty();
        }
      }
      return Optional.empty();
    } catch (OffsetOutOfRangeException gone) {
      return Optional.empty();
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, asked.get("--bootstrap"),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false, // the server makes it, as it has to be
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none", // what is gone is an error, not a new start
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
