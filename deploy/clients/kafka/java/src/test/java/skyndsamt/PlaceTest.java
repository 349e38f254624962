package skyndsamt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class PlaceTest {
  /** As SQLite may do by itself where it cannot go on: what it did is undone, and the statement fails. */
  private static final class FullDisk implements Result {
    @Override
    public List<String> tables() {
      return List.of();
    }

    @Override
    public void take(Connection database, Message message) throws SQLException {
      try (Statement statement = database.createStatement()) {
        statement.execute("rollback");
      }
      throw new SQLException("database or disk is full");
    }

    @Override
    public void show(Connection database, PrintStream out) {}
  }

  @Test
  void tellsWhatFailedFirst() throws Exception {
    try (Place place = new Place(":memory:", "topic", new FullDisk())) {
      for (int times = 0; times < 2; ++times) { // the next transaction begins as any other
        SQLException told = assertThrows(SQLException.class, () -> place.take(List.of(first())));
        assertEquals("database or disk is full", told.getMessage());
        assertEquals(1, told.getSuppressed().length);
      }
    }
  }

  private static Message first() {
    ConsumerRecord<String, byte[]> record = new ConsumerRecord<>("topic", 0, 0, "key", new byte[0]);
    for (String[] header :
        List.of(
            new String[] {"ce_sequence", "0"},
            new String[] {"ce_source", "source"},
            new String[] {"ce_id", "id"},
            new String[] {"ce_time", "2026-01-01T00:00:00Z"})) {
      record.headers().add(header[0], header[1].getBytes(StandardCharsets.UTF_8));
    }
    return new Message(record);
  }
}
