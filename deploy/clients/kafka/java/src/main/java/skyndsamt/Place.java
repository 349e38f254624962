package skyndsamt;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * A result, and the place up to which it holds, in one SQLite database and one transaction: that is
 * what makes a consumer exactly once. The tables are those of the consumers in Python; either program
 * goes on where the other ended. One thread at a time.
 */
final class Place implements AutoCloseable {
  /** A message that should have come is missing, or another stands where one was taken. */
  static final class Stop extends Exception {
    Stop(String what) {
      super(what);
    }
  }

  private final Connection database;
  private final String topic;
  private final Result result;
  // The number that was taken last (-1: none), at which offset it was, and its mark. It is read again
  // at each start: it must still be the same.
  private long last = -1;
  private long offset = 0;
  private String mark = "";

  Place(String file, String topic, Result result) throws SQLException {
    this.topic = topic;
    this.result = result;
    database = DriverManager.getConnection("jdbc:sqlite:" + file);
    database.setAutoCommit(false);
    try (Statement statement = database.createStatement()) {
      statement.execute(
          "create table if not exists place"
              + " (topic text primary key, last integer not null, at_offset integer not null,"
              + " mark text not null)");
      for (String table : result.tables()) {
        statement.execute(table);
      }
    }
    database.commit();
    load();
  }

  long last() {
    return last;
  }

  long offset() {
    return offset;
  }

  /** Takes messages and keeps the place, all of it or nothing. */
  void take(List<Message> messages) throws SQLException, Stop {
    try {
      for (Message message : messages) {
        take(message);
      }
      keep();
      database.commit();
    } catch (SQLException | Stop | RuntimeException error) {
      database.rollback();
      throw error;
    }
  }

  void show() throws SQLException {
    result.show(database, System.out);
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }

  private void take(Message message) throws SQLException, Stop {
    long sequence = message.sequence();
    if (sequence == last && !message.mark().equals(mark)) {
      throw new Stop("another history: position " + last + " is not the record that was taken");
    }
    if (sequence <= last) {
      return; // it came twice
    }
    if (message.previous() != last) {
      throw new Stop(
          "gap: position " + last + " is the last one taken, the next says it follows " + message.previous());
    }
    result.take(database, message);
    last = sequence;
    offset = message.offset();
    mark = message.mark();
  }

  private void load() throws SQLException {
    try (PreparedStatement select =
        database.prepareStatement("select last, at_offset, mark from place where topic = ?")) {
      select.setString(1, topic);
      try (ResultSet row = select.executeQuery()) {
        if (row.next()) {
          last = row.getLong(1);
          offset = row.getLong(2);
          mark = row.getString(3);
        }
      }
    }
  }

  private void keep() throws SQLException {
    try (PreparedStatement insert =
        database.prepareStatement("insert or replace into place values (?, ?, ?, ?)")) {
      insert.setString(1, topic);
      insert.setLong(2, last);
      insert.setLong(3, offset);
      insert.setString(4, mark);
      insert.executeUpdate();
    }
  }
}
