package skyndsamt;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What the consumers share: following a topic exactly once, with the command line for it.
 *
 * <pre>
 *   --bootstrap HOST:PORT --database FILE [--topic NAME] [--from-beginning] [--until N] [--batch 1000]
 * </pre>
 *
 * The last ce_sequence that was taken lies in the same SQLite transaction as what was made of it.
 * Killed at any moment, or given a message twice, a consumer neither loses nor doubles one; where one
 * is missing, or the one that it took last is not there any more but another (records were given up
 * in a promotion), it stops and says so, and likewise where the broker no longer keeps the one that it
 * took last, since nothing then tells whether what follows belongs to the same history. Several may
 * share a database: each message is taken by one of them. Nothing is stored at the broker.
 *
 * <p>With --from-beginning it reads the topic from the first message that is kept, and passes over what
 * it has: for a topic that was made anew, or where what it took last has aged out and you know that
 * nothing was given up.
 *
 * <p>Goes on for ever, or until N messages have been taken; then shows the result. Exits with 2 where
 * it stops as said; with 1 at any other failure, a value that is of another record among them.
 */
final class Follow {
  private static final int PARTITION = 0; // a log is a partition
  private static final int EXIT_STOP = 2;
  private static final int EXIT_USAGE = 64;

  /** {@code topic} unless another is asked for; `said N` is printed after each transaction. */
  static void run(String[] words, String topic, String said, Result result) throws SQLException {
    Options asked;
    try {
      asked = Options.parse(words, topic);
    } catch (IllegalArgumentException error) {
      System.err.println(error.getMessage());
      System.exit(EXIT_USAGE);
      return;
    }
    try (Place place = new Place(asked.database(), asked.topic(), result)) {
      follow(asked, said, place);
      place.show();
    } catch (Place.Stop stop) {
      System.err.println(stop.getMessage());
      System.exit(EXIT_STOP);
    }
  }

  private static void follow(Options asked, String said, Place place) throws SQLException, Place.Stop {
    try (KafkaConsumer<String, byte[]> consumer = consumer(asked)) {
      TopicPartition partition = new TopicPartition(asked.topic(), PARTITION);
      consumer.assign(List.of(partition));
      if (asked.fromBeginning()) {
        consumer.seekToBeginning(List.of(partition));
      } else {
        consumer.seek(partition, place.offset());
      }
      while (place.last() + 1 < asked.until()) {
        List<Message> messages = new ArrayList<>();
        consumer.poll(Duration.ofSeconds(1)).forEach(message -> messages.add(new Message(message)));
        if (!messages.isEmpty()) {
          place.take(messages);
          System.out.println(said + " " + place.last());
        }
      }
    } catch (OffsetOutOfRangeException gone) {
      throw new Place.Stop("gone: offset %d is no longer kept, or was never there".formatted(place.offset()));
    }
  }

  private static KafkaConsumer<String, byte[]> consumer(Options asked) {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, asked.bootstrap(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false, // the server makes it, as it has to be
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none", // what is gone is an error, not a new start
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG, asked.batch()),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }

  private Follow() {}
}
