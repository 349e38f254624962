package skyndsamt;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Lets each message of a topic through once and in order, by its ce_sequence: one that came before is
 * dropped, and one that says it follows another than the last stops the job. The last sequence is kept
 * in a store, so with exactly_once_v2 in the same transaction as all that follows from the message.
 */
final class Sequence<K, V> implements FixedKeyProcessor<K, V, V> {
  static final class Gap extends RuntimeException {
    Gap(long last, long previous) {
      super("sequence " + last + " is the last one taken, the next says it follows " + previous);
    }
  }

  /** Whether that is why a job failed, however deep it is wrapped. */
  static boolean isGap(Throwable error) {
    while (error != null && !(error instanceof Gap)) {
      error = error.getCause();
    }
    return error != null;
  }

  private static final String STORE = "sequence";
  private FixedKeyProcessorContext<K, V> context;
  private KeyValueStore<String, Long> store;

  static <K, V> FixedKeyProcessorSupplier<K, V, V> supplier() {
    return new FixedKeyProcessorSupplier<>() {
      @Override
      public FixedKeyProcessor<K, V, V> get() {
        return new Sequence<>();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(
            Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.Long()));
      }
    };
  }

  @Override
  public void init(FixedKeyProcessorContext<K, V> given) {
    context = given;
    store = given.getStateStore(STORE);
  }

  @Override
  public void process(FixedKeyRecord<K, V> message) {
    Long kept = store.get(STORE);
    long last = kept == null ? -1 : kept;
    long sequence = number(message.headers(), "ce_sequence", -1);
    if (sequence <= last) {
      return; // it came twice
    }
    long previous = number(message.headers(), "ce_previoussequence", -1);
    if (previous != last) {
      throw new Gap(last, previous);
    }
    store.put(STORE, sequence);
    context.forward(message);
  }

  private static long number(Headers headers, String name, long otherwise) {
    Header found = headers.lastHeader(name);
    return found == null ? otherwise : Long.parseLong(new String(found.value(), StandardCharsets.UTF_8));
  }
}
