package skyndsamt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;
import skyndsamt.statistics.v1.FigureOuterClass.Figure;
import skyndsamt.statistics.v1.FigureOuterClass.Step;

/**
 * A Kafka Streams job to copy: an authority's lead times, by leg and period, from the statistics topic.
 *
 * <pre>
 *   --bootstrap HOST:PORT --state FOLDER
 *   [--input skyndsamt.statistics.v1] [--output skyndsamt.lead-times.v1] [--application skyndsamt-lead-times]
 * </pre>
 *
 * The output topic, which must be there, has for each key ["authority", "LEG_...", "first day", "last
 * day"] the newest LeadTimes in JSON, or none where nothing is left: compact it. The folder holds state
 * that can be made again from the application's own topics. Goes on until it is stopped; ends with 2
 * where it must not go on: at a gap of the input, or another history there; 1 at any other failure.
 */
public final class LeadTimesJob {
  private static final int EXIT_STOP = 2;
  private static final int EXIT_USAGE = 64;
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "--input", "skyndsamt.statistics.v1",
          "--output", "skyndsamt.lead-times.v1",
          "--application", "skyndsamt-lead-times");

  public static void main(String[] words) throws InterruptedException {
    Map<String, String> asked = options(words);
    if (!isWhole(asked)) {
      System.err.println("--bootstrap HOST:PORT --state FOLDER [--input T] [--output T] [--application NAME]");
      System.exit(EXIT_USAGE);
    }
    Topology topology = topology(asked.get("--input"), asked.get("--output"), new InputTopic(asked));
    KafkaStreams streams = new KafkaStreams(topology, properties(asked));
    streams.setUncaughtExceptionHandler(
        error -> {
          System.err.println(error);
          int code = Sequence.isStop(error) ? EXIT_STOP : 1;
          new Thread(() -> Runtime.getRuntime().halt(code)).start();
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(20))));
    streams.start();
    Thread.currentThread().join();
  }

  /** What is asked for, with the defaults; a last option without a value has an empty one. */
  static Map<String, String> options(String... words) {
    Map<String, String> asked = new HashMap<>(DEFAULTS);
    for (int i = 0; i < words.length; i += 2) {
      asked.put(words[i], i + 1 < words.length ? words[i + 1] : "");
    }
    return asked;
  }

  /** Whether every option is there, has a value, and is known. */
  static boolean isWhole(Map<String, String> asked) {
    return asked.keySet().equals(Set.of("--bootstrap", "--state", "--input", "--output", "--application"))
        && !asked.containsValue("");
  }

  /**
   * Figures by id, of each the newest; regrouped by what is added up together. A figure that takes
   * another's place is subtracted as it was and added as it is, wherever either belongs: that is what
   * a table's aggregate does.
   */
  static Topology topology(String input, String output, Sequence.Topic again) {
    Serde<Figure> figures = Figures.inside();
    Serde<Figure> outside = Serdes.serdeFrom(figures.serializer(), Figures.fromOutside());
    Serde<LeadTimes> leadTimes =
        Serdes.serdeFrom(
            (topic, value) -> value == null ? null : value.json().getBytes(UTF_8),
            (topic, bytes) -> bytes == null ? null : LeadTimes.ofJson(new String(bytes, UTF_8)));
    StreamsBuilder builder = new StreamsBuilder();
    KTable<String, Figure> newest =
        builder.stream(input, Consumed.with(Serdes.String(), outside))
            .processValues(Sequence.supplier(again))
            .groupBy((key, figure) -> figure.getId(), Grouped.with("figures", Serdes.String(), figures))
            .reduce(LeadTimesJob::newer, kept("newest-figures", figures));
    newest
        .filter((id, figure) -> tells(figure))
        .groupBy(
            (id, figure) -> KeyValue.pair(LeadTimes.key(figure), figure),
            Grouped.with("lead-times", Serdes.String(), figures))
        .aggregate(
            () -> LeadTimes.NONE,
            (key, figure, sum) -> sum.plus(figure),
            (key, figure, sum) -> sum.minus(figure).orNothing(),
            kept("sums", leadTimes))
        .toStream()
        .to(output, Produced.with(Serdes.String(), leadTimes));
    return builder.build();
  }

  private static <V> Materialized<String, V, KeyValueStore<Bytes, byte[]>> kept(String name, Serde<V> values) {
    return Materialized.<String, V, KeyValueStore<Bytes, byte[]>>as(name)
        .withKeySerde(Serdes.String())
        .withValueSerde(values);
  }

  static Figure newer(Figure kept, Figure come) {
    return Integer.compareUnsigned(come.getRevision(), kept.getRevision()) >= 0 ? come : kept;
  }

  /** Whether a figure tells how long a duty took, of cases that were recorded as they happened. */
  static boolean tells(Figure figure) {
    return figure.getStep() == Step.STEP_DUTY_DONE && !figure.getImported() && !figure.getWithdrawn();
  }

  private static Properties properties(Map<String, String> asked) {
    Properties properties = new Properties();
    properties.putAll(
        Map.of(
            StreamsConfig.APPLICATION_ID_CONFIG, asked.get("--application"),
            StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, asked.get("--bootstrap"),
            StreamsConfig.STATE_DIR_CONFIG, asked.get("--state"),
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2,
            StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest",
            // The topic has one partition: there is one member, and it comes back as itself.
            StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), "only",
            // A sum is written as soon as it changes.
            StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L));
    return properties;
  }
}
