import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** read_events.py in Java: ReadEvents HOST:PORT TOPIC N DESCRIPTORS... */
public final class ReadEvents {
  private static final Gson GSON = new GsonBuilder().serializeNulls().create();
  private static final Map<String, String> EVENTS =
      Map.of(
          "incident", "Fact", "authority", "AuthorityEvent", "system", "SystemEvent", "timer", "TimerEvent");

  public static void main(String[] words) throws Exception {
    List<Version> versions = new ArrayList<>();
    for (String path : Arrays.copyOfRange(words, 3, words.length)) {
      versions.add(new Version(Path.of(path)));
    }
    Map<String, Object> options =
        Map.of("bootstrap.servers", words[0], "isolation.level", "read_committed", "enable.auto.commit", false);
    try (var consumer =
        new KafkaConsumer<>(options, new StringDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(words[1], 0);
      consumer.assign(List.of(partition));
      consumer.seek(partition, 0);
      for (long seen = 0; seen < Long.parseLong(words[2]); ) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(Duration.ofSeconds(1))) {
          for (Version version : versions) {
            System.out.println(GSON.toJson(version.read(message)));
          }
          ++seen;
        }
      }
    }
  }

  /** What one FileDescriptorSet knows. */
  private static final class Version {
    private final Map<String, FileDescriptor> files = new LinkedHashMap<>();

    Version(Path path) throws Exception {
      for (FileDescriptorProto file : FileDescriptorSet.parseFrom(Files.readAllBytes(path)).getFileList()) {
        FileDescriptor[] needed =
            file.getDependencyList().stream().map(files::get).toArray(FileDescriptor[]::new);
        files.put(file.getName(), FileDescriptor.buildFrom(file, needed));
      }
    }

    Map<String, Object> read(ConsumerRecord<String, byte[]> message) throws Exception {
      Map<String, String> headers = new LinkedHashMap<>();
      for (Header header : message.headers()) {
        headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
      }
      DynamicMessage record = recordOf(headers.get("content-type"), message.value());
      DynamicMessage body = parse("skyndsamt.log.v1.Body", bytes(record, "body").toByteArray());
      Map<String, Object> told = new LinkedHashMap<>();
      told.put("headers", headers);
      told.put("key", message.key());
      told.put("record", json(record));
      told.put("body", json(body));
      Descriptor type = find("skyndsamt.event.v1." + EVENTS.get(headers.get("ce_type").split("\\.")[0]));
      DynamicMessage event = type == null ? null : DynamicMessage.parseFrom(type, bytes(body, "event"));
      told.put("event", event == null ? null : json(event));
      told.put("again", event == null ? null : Base64.getEncoder().encodeToString(event.toByteArray()));
      return told;
    }

    private DynamicMessage recordOf(String contentType, byte[] value) throws Exception {
      if (!contentType.equals("application/json")) {
        return parse("skyndsamt.log.v1.Record", value);
      }
      DynamicMessage.Builder record = DynamicMessage.newBuilder(find("skyndsamt.log.v1.Record"));
      JsonFormat.parser().ignoringUnknownFields().merge(new String(value, StandardCharsets.UTF_8), record);
      return record.build();
    }

    private DynamicMessage parse(String name, byte[] bytes) throws Exception {
      return DynamicMessage.parseFrom(find(name), bytes);
    }

    private static ByteString bytes(DynamicMessage message, String field) {
      return (ByteString) message.getField(message.getDescriptorForType().findFieldByName(field));
    }

    private static Object json(DynamicMessage message) throws Exception {
      return JsonParser.parseString(JsonFormat.printer().print(message));
    }

    private Descriptor find(String name) {
      for (FileDescriptor file : files.values()) {
        if (name.startsWith(file.getPackage() + ".")) {
          Descriptor found = file.findMessageTypeByName(name.substring(file.getPackage().length() + 1));
          if (found != null) {
            return found;
          }
        }
      }
      return null;
    }
  }
}
