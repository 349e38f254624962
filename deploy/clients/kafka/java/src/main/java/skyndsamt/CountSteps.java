package skyndsamt;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A consumer to copy: counts the steps on the events topic by type and month, exactly once.
 *
 * <pre>
 *   --bootstrap HOST:PORT --database FILE [--topic skyndsamt.events.v1] [--until N] [--batch 1000]
 * </pre>
 *
 * It keeps the last position that it counted in the same SQLite transaction as the counts. Killed at
 * any moment, or given a message twice, it neither loses nor doubles one; where one is missing, or
 * the one that it counted last is not there any more but another (records were given up in a
 * promotion), it stops and says so. Nothing is stored at the broker.
 *
 * <p>Says `counted N` after each transaction. Goes on for ever, or until N positions are counted;
 * then prints the counts as one JSON object. Exits with 2 where it must not go on.
 */
public final class CountSteps {
  private static final int PARTITION = 0; // a log is a partition
  private static final int EXIT_STOP = 2;
  private static final int EXIT_USAGE = 64;

  public static void main(String[] words) throws SQLException {
    Options asked;
    try {
      asked = Options.parse(words);
    } catch (IllegalArgumentException error) {
      System.err.println(error.getMessage());
      System.exit(EXIT_USAGE);
      return;
    }
    try (Counts counts = new Counts(asked.database(), asked.topic())) {
      follow(asked, counts);
      System.out.println(counts.json());
    } catch (Counts.Stop stop) {
      System.err.println(stop.getMessage());
      System.exit(EXIT_STOP);
    }
  }

  private static void follow(Options asked, Counts counts) throws SQLException, Counts.Stop {
    try (KafkaConsumer<String, byte[]> consumer = consumer(asked)) {
      TopicPartition partition = new TopicPartition(asked.topic(), PARTITION);
      consumer.assign(List.of(partition));
      consumer.seek(partition, counts.place().offset());
      long last = counts.place().last();
      while (last + 1 < asked.until()) {
        ConsumerRecords<String, byte[]> messages = consumer.poll(Duration.ofSeconds(1));
        if (messages.isEmpty()) {
          continue;
        }
        List<Step> steps = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> message : messages) {
          steps.add(Step.of(message));
        }
        last = counts.count(steps);
        System.out.println("counted " + last);
      }
    }
  }

  private static KafkaConsumer<String, byte[]> consumer(Options asked) {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, asked.bootstrap(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none", // what is gone is an error, not a new start
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG, asked.batch()),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }
}
