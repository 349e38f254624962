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
 * what makes a consumer exactly once, several that share a database included. The tables are those of
 * the consumers in Python; either program goes on where the other ended. One thread at a time.
 */
final class Place implements AutoCloseable {
  /** A message that should have come is missing, or another stands where one was taken. */
  static final class Stop extends Exception {
    Stop(String what) {
      super(what);
    }
  }

  private static final int LOCK_MILLIS = 60_000; // to wait for another that writes to the database

  private final Connection database;
  private final String topic;
  private final Result result;
  // The number that was taken last (-1: none), at which offset it was, and its mark, as the database
  // has them: read inside every transaction. The message is read again at each start: it must still be
  // the same.
  private long last = -1;
  private long offset = 0;
  private String mark = "";

  Place(String file, String topic, Result result) throws SQLException {
    this.topic = topic;
    this.result = result;
    database = DriverManager.getConnection("jdbc:sqlite:" + file);
    execute("pragma busy_timeout = " + LOCK_MILLIS);
    execute(
        "create table if not exists place"
            + " (topic text primary key, last integer not null, at_offset integer not null,"
            + " mark text not null)");
    for (String table : result.tables()) {
      execute(table);
    }
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
    execute("begin immediate"); // before the place is read: another may be taking the same messages
    try {
      load();
      for (Message message : messages) {
        take(message);
      }
      keep();
      execute("commit");
    } catch (SQLException | Stop | RuntimeException error) {
      try {
        execute("rollback");
      } catch (SQLException refused) { // SQLite may have rolled back by itself, as where the disk is full
        error.addSuppressed(refused);
      }
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
    if (sequence == last) {
      offset = message.offset(); // another one where the topic was made anew
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

  private void execute(String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }
}
