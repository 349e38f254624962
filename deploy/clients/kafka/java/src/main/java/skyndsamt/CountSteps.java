package skyndsamt;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import skyndsamt.log.v1.Log;

/**
 * A consumer to copy: counts the steps on the events topic by type and month, exactly once (see
 * {@link Follow}, which has the command line too). It decodes each record, whose leaf and body are
 * what was hashed and signed and whose sealed parts are ciphertext, and counts by headers alone: the
 * type, and the month in which a step was recorded, say nothing about a person.
 *
 * <p>Says `counted N` after each transaction; prints the counts as one JSON object.
 */
public final class CountSteps implements Result {
  public static void main(String[] words) throws SQLException {
    Follow.run(words, "skyndsamt.events.v1", "counted", new CountSteps());
  }

  @Override
  public List<String> tables() {
    return List.of(
        "create table if not exists steps"
            + " (type text, month text, count integer not null, primary key (type, month))");
  }

  @Override
  public void take(Connection database, Message message) throws SQLException {
    Log.Record record = recordOf(message);
    if (record.getPosition().getPosition() != message.sequence()
        || !record.getPosition().getLog().equals(message.header("ce_source"))) {
      throw new IllegalStateException(
          "position %d: the value at offset %d is of another record".formatted(message.sequence(), message.offset()));
    }
    try (PreparedStatement insert =
        database.prepareStatement(
            "insert into steps values (?, ?, 1) on conflict do update set count = count + 1")) {
      insert.setString(1, message.header("ce_type"));
      insert.setString(2, message.header("ce_time").substring(0, "2026-01".length()));
      insert.executeUpdate();
    }
  }

  @Override
  public void show(Connection database, PrintStream out) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Statement select = database.createStatement();
        ResultSet row = select.executeQuery("select type, month, count from steps order by type, month")) {
      while (row.next()) {
        lines.add("\"%s %s\": %d".formatted(row.getString(1), row.getString(2), row.getLong(3)));
      }
    }
    out.println("{" + String.join(", ", lines) + "}");
  }

  private static Log.Record recordOf(Message message) {
    try {
      if (!message.json()) {
        return Log.Record.parseFrom(message.value());
      }
      Log.Record.Builder record = Log.Record.newBuilder();
      JsonFormat.parser().ignoringUnknownFields().merge(message.text(), record);
      return record.build();
    } catch (InvalidProtocolBufferException error) {
      throw new IllegalStateException("no record at offset " + message.offset(), error);
    }
  }
}
