import com.google.gson.GsonBuilder;
import com.google.protobuf.util.JsonFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import skyndsamt.log.v1.Log;

/**
 * read_topic.py in Java, whose Kafka client is another than the relay's: ReadTopic HOST:PORT TOPIC N SECONDS.
 * Every position must come once and in order, say which came before it, and have headers that say what its value
 * says; prints records, the RFC 9162 root over their leaf data, and the first thing that is wrong, or null.
 */
public final class ReadTopic {
  private static final byte[] LEAF = "skyndsamt/leaf/v1\0".getBytes(StandardCharsets.US_ASCII);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final Tree tree = new Tree();

  public static void main(String[] words) throws Exception {
    ReadTopic reader = new ReadTopic();
    String wrong = reader.read(words[0], words[1], Long.parseLong(words[2]), Long.parseLong(words[3]));
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("records", reader.tree.size);
    told.put("root", HexFormat.of().formatHex(reader.tree.root()));
    told.put("wrong", wrong);
    System.out.println(new GsonBuilder().serializeNulls().create().toJson(told));
    System.exit(wrong == null ? 0 : 1);
  }

  /** Until so many have come and the end of what is committed is reached. What is wrong, or null. */
  private String read(String bootstrap, String topic, long until, long seconds) throws Exception {
    Map<String, Object> options =
        Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed", "enable.auto.commit", false);
    try (var consumer = new KafkaConsumer<>(options, new StringDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seek(partition, 0);
      Instant end = Instant.now().plusSeconds(seconds);
      while (Instant.now().isBefore(end)) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(Duration.ofMillis(200))) {
          String wrong = take(message);
          if (wrong != null) {
            return wrong;
          }
        }
        if (tree.size >= until
            && consumer.position(partition) >= consumer.endOffsets(List.of(partition)).get(partition)) {
          return null;
        }
      }
    }
    return "only " + tree.size + " of " + until + " positions came in " + seconds + " seconds";
  }

  /** What is wrong with the message that should hold the next position, or null. */
  private String take(ConsumerRecord<String, byte[]> message) throws Exception {
    Map<String, String> headers = new HashMap<>();
    message.headers().forEach(one -> headers.put(one.key(), new String(one.value(), StandardCharsets.UTF_8)));
    long expected = tree.size;
    Log.Record record = recordOf(headers.get("content-type"), message.value());
    Map<String, String> says = says(record);
    says.put("ce_sequence", "%020d".formatted(expected));
    says.put("ce_previoussequence", expected == 0 ? null : "%020d".formatted(expected - 1));
    for (Map.Entry<String, String> one : says.entrySet()) {
      String found = headers.get(one.getKey());
      if (one.getValue() == null ? found != null : !one.getValue().equals(found)) {
        return "at " + expected + " " + one.getKey() + " is " + found + ", must be " + one.getValue();
      }
    }
    if (!message.key().equals(says.get("ce_subject")) || record.getPosition().getPosition() != expected) {
      return "at " + expected + " key or value are of another record";
    }
    tree.add(record.getLeafData().toByteArray());
    return null;
  }

  private static Log.Record recordOf(String contentType, byte[] value) throws Exception {
    if (!contentType.equals("application/json")) {
      return Log.Record.parseFrom(value);
    }
    Log.Record.Builder record = Log.Record.newBuilder();
    JsonFormat.parser().merge(new String(value, StandardCharsets.UTF_8), record);
    return record.build();
  }

  /** The headers that repeat what the leaf says; its grammar is that of eventstore/log/key_format.h. */
  private static Map<String, String> says(Log.Record record) {
    ByteBuffer leaf = record.getLeafData().asReadOnlyByteBuffer();
    byte[] prefix = new byte[LEAF.length];
    leaf.get(prefix);
    if (!Arrays.equals(prefix, LEAF)) {
      throw new IllegalStateException("no leaf");
    }
    long position = leaf.getLong();
    long recorded = leaf.getLong();
    String event = new UUID(leaf.getLong(), leaf.getLong()).toString();
    String stream = new UUID(leaf.getLong(), leaf.getLong()).toString();
    leaf.position(leaf.position() + 8 + 32); // revision, body's hash
    byte[] kind = new byte[Byte.toUnsignedInt(leaf.get())];
    leaf.get(kind);
    String type = new String(kind, StandardCharsets.UTF_8);
    long schema = Integer.toUnsignedLong(leaf.getInt());
    if (record.getPosition().getPosition() != position) {
      throw new IllegalStateException("a record with the leaf of another");
    }
    String instant = MICROS.format(Instant.ofEpochSecond(recorded / 1_000_000, recorded % 1_000_000 * 1_000));
    Map<String, String> says = new LinkedHashMap<>();
    says.put("ce_specversion", "1.0");
    says.put("ce_id", event);
    says.put("ce_source", record.getPosition().getLog());
    says.put("ce_type", type);
    says.put("ce_time", instant);
    says.put("ce_recordedtime", instant);
    says.put("ce_subject", stream);
    says.put("ce_partitionkey", stream);
    says.put("ce_dataschema", "urn:skyndsamt:skyndsamt.log.v1.Record#" + type + ":" + schema);
    return says;
  }

  /** The root of an RFC 9162 tree, leaf by leaf. */
  private static final class Tree {
    private record Peak(int height, byte[] hash) {}

    private final Deque<Peak> peaks = new ArrayDeque<>(); // lowest first
    private final MessageDigest sha;
    long size = 0;

    Tree() {
      try {
        sha = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException error) {
        throw new IllegalStateException(error);
      }
    }

    void add(byte[] leaf) {
      sha.update((byte) 0);
      Peak node = new Peak(0, sha.digest(leaf));
      while (!peaks.isEmpty() && peaks.peek().height() == node.height()) {
        node = new Peak(node.height() + 1, join(peaks.pop().hash(), node.hash()));
      }
      peaks.push(node);
      ++size;
    }

    byte[] root() {
      if (peaks.isEmpty()) {
        return sha.digest();
      }
      Iterator<Peak> lowestFirst = peaks.iterator();
      byte[] root = lowestFirst.next().hash();
      while (lowestFirst.hasNext()) {
        root = join(lowestFirst.next().hash(), root);
      }
      return root;
    }

    private byte[] join(byte[] left, byte[] right) {
      sha.update((byte) 1);
      sha.update(left);
      return sha.digest(right);
    }
  }
}
