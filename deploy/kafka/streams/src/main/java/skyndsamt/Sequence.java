package skyndsamt;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Lets each message of a topic through once and in order, by its ce_sequence: one that came before is
 * dropped, and one that says it follows another than the last stops the job. So does another history:
 * a message with the last sequence that is not the one that was taken, be it read again when the job
 * starts, at the offset where it was, or come by itself. What is kept of the last one is in a store, so
 * with exactly_once_v2 in the same transaction as all that follows from the message.
 */
final class Sequence<K, V> implements FixedKeyProcessor<K, V, V> {
  /** The job must not go on. */
  static final class Stop extends RuntimeException {
    Stop(String what) {
      super(what);
    }
  }

  /** Reads a message of the topic again: its headers, or nothing where it is not there any more. */
  interface Topic {
    Optional<Headers> at(long offset);
  }

  /** Whether that is why a job failed, however deep it is wrapped. */
  static boolean isStop(Throwable error) {
    while (error != null && !(error instanceof Stop)) {
      error = error.getCause();
    }
    return error != null;
  }

  // Of the last message: its sequence, the offset where it was, and its mark.
  private static final String STORE = "sequence";
  private static final String OFFSET = "offset";
  private static final String MARK_STORE = "mark";
  private final Topic topic;
  private FixedKeyProcessorContext<K, V> context;
  private KeyValueStore<String, Long> store;
  private KeyValueStore<String, String> marks;
  private boolean looked = false;

  private Sequence(Topic topic) {
    this.topic = topic;
  }

  static <K, V> FixedKeyProcessorSupplier<K, V, V> supplier(Topic topic) {
    return new FixedKeyProcessorSupplier<>() {
      @Override
      public FixedKeyProcessor<K, V, V> get() {
        return new Sequence<>(topic);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(
            Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.Long()),
            Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(MARK_STORE), Serdes.String(), Serdes.String()));
      }
    };
  }

  @Override
  public void init(FixedKeyProcessorContext<K, V> given) {
    context = given;
    store = given.getStateStore(STORE);
    marks = given.getStateStore(MARK_STORE);
  }

  @Override
  public void process(FixedKeyRecord<K, V> message) {
    lookAgain();
    long last = kept(STORE);
    long sequence = number(message.headers(), "ce_sequence", -1);
    if (sequence == last) {
      mustBeTheLast(message.headers());
    }
    if (sequence <= last) {
      return; // it came twice
    }
    long previous = number(message.headers(), "ce_previoussequence", -1);
    if (previous != last) {
      throw new Stop("gap: " + last + " is the last one taken, the next says it follows " + previous);
    }
    store.put(STORE, sequence);
    store.put(OFFSET, context.recordMetadata().map(RecordMetadata::offset).orElse(-1L));
    marks.put(MARK_STORE, mark(message.headers()));
    context.forward(message);
  }

  /** Before the first message is taken: the last one must still be where it was. */
  private void lookAgain() {
    if (!looked && kept(OFFSET) >= 0) {
      Optional<Headers> again = topic.at(kept(OFFSET));
      mustBeTheLast(again.orElseThrow(() -> new Stop("gone: offset " + kept(OFFSET) + " is no longer kept")));
    }
    looked = true;
  }

  private void mustBeTheLast(Headers headers) {
    String known = marks.get(MARK_STORE);
    boolean same = number(headers, "ce_sequence", -1) == kept(STORE) && mark(headers).equals(known);
    if (known != null && !same) {
      throw new Stop("another history: number " + kept(STORE) + " is not the figure that was taken");
    }
  }

  private long kept(String name) {
    Long found = store.get(name);
    return found == null ? -1 : found;
  }

  /** What tells a message from any other that may come to stand at its place. */
  private static String mark(Headers headers) {
    return Stream.of("ce_source", "ce_id", "ce_time")
        .map(headers::lastHeader)
        .map(header -> header == null ? "" : new String(header.value(), StandardCharsets.UTF_8))
        .collect(Collectors.joining(" "));
  }

  private static long number(Headers headers, String name, long otherwise) {
    Header found = headers.lastHeader(name);
    return found == null ? otherwise : Long.parseLong(new String(found.value(), StandardCharsets.UTF_8));
  }
}
