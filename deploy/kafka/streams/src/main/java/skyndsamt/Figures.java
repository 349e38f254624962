package skyndsamt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import skyndsamt.statistics.v1.FigureOuterClass.Figure;

/** How figures lie on topics. */
final class Figures {
  /** The statistics topic's: protobuf, or JSON where the content-type says so. */
  static Deserializer<Figure> fromOutside() {
    return new Deserializer<>() {
      @Override
      public Figure deserialize(String topic, byte[] value) {
        return parse(value);
      }

      @Override
      public Figure deserialize(String topic, Headers headers, byte[] value) {
        Header type = headers.lastHeader("content-type");
        boolean json = type != null && new String(type.value(), UTF_8).equals("application/json");
        return json ? parseJson(value) : parse(value);
      }
    };
  }

  /** The job's own topics and stores': protobuf, whatever headers came along from outside. */
  static Serde<Figure> inside() {
    return Serdes.serdeFrom(
        (topic, figure) -> figure == null ? null : figure.toByteArray(), (topic, value) -> parse(value));
  }

  private static Figure parse(byte[] value) {
    try {
      return value == null ? null : Figure.parseFrom(value);
    } catch (InvalidProtocolBufferException error) {
      throw new SerializationException("a value is no Figure", error);
    }
  }

  private static Figure parseJson(byte[] value) {
    try {
      Figure.Builder figure = Figure.newBuilder();
      JsonFormat.parser().ignoringUnknownFields().merge(new String(value, UTF_8), figure);
      return figure.build();
    } catch (InvalidProtocolBufferException error) {
      throw new SerializationException("a value is no Figure in JSON", error);
    }
  }

  private Figures() {}
}
