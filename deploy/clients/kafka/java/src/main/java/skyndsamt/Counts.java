package skyndsamt;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The counts, and the place up to which they count, in one SQLite database and one transaction: that
 * is what makes a consumer exactly once. The tables are those of count_steps.py; either program goes
 * on where the other ended. One thread at a time.
 */
final class Counts implements AutoCloseable {
  /** A record that should have come is missing, or another stands where one was counted. */
  static final class Stop extends Exception {
    Stop(String what) {
      super(what);
    }
  }

  /**
   * The last position that was counted (-1: none), at which offset it was, and its mark. It is read
   * again at each start: it must still be the same.
   */
  record Place(long last, long offset, String mark) {}

  private final Connection database;
  private final String topic;

  Counts(String file, String topic) throws SQLException {
    this.topic = topic;
    database = DriverManager.getConnection("jdbc:sqlite:" + file);
    database.setAutoCommit(false);
    try (Statement statement = database.createStatement()) {
      statement.execute(
          "create table if not exists place"
              + " (topic text primary key, last integer not null, at_offset integer not null,"
              + " mark text not null)");
      statement.execute(
          "create table if not exists steps"
              + " (type text, month text, count integer not null, primary key (type, month))");
    }
    database.commit();
  }

  Place place() throws SQLException {
    try (PreparedStatement select =
        database.prepareStatement("select last, at_offset, mark from place where topic = ?")) {
      select.setString(1, topic);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? new Place(row.getLong(1), row.getLong(2), row.getString(3))
            : new Place(-1, 0, "");
      }
    }
  }

  /** Counts steps and keeps the place, all of it or nothing. Returns the last position counted. */
  long count(List<Step> steps) throws SQLException, Stop {
    try {
      Place place = place();
      for (Step step : steps) {
        if (step.position() == place.last() && !step.mark().equals(place.mark())) {
          throw new Stop(
              "another history: position " + place.last() + " is not the record that was taken");
        }
        if (step.position() <= place.last()) {
          continue; // it came twice
        }
        if (step.previous() != place.last()) {
          throw new Stop(
              "gap: position " + place.last() + " is the last one taken, the next says it follows " + step.previous());
        }
        add(step);
        place = new Place(step.position(), step.offset(), step.mark());
      }
      keep(place);
      database.commit();
      return place.last();
    } catch (SQLException | Stop | RuntimeException error) {
      database.rollback();
      throw error;
    }
  }

  /** The counts as one JSON object. */
  String json() throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Statement select = database.createStatement();
        ResultSet row = select.executeQuery("select type, month, count from steps order by type, month")) {
      while (row.next()) {
        lines.add("\"%s %s\": %d".formatted(row.getString(1), row.getString(2), row.getLong(3)));
      }
    }
    return "{" + String.join(", ", lines) + "}";
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }

  private void add(Step step) throws SQLException {
    try (PreparedStatement insert =
        database.prepareStatement(
            "insert into steps values (?, ?, 1) on conflict do update set count = count + 1")) {
      insert.setString(1, step.type());
      insert.setString(2, step.month());
      insert.executeUpdate();
    }
  }

  private void keep(Place place) throws SQLException {
    try (PreparedStatement insert =
        database.prepareStatement("insert or replace into place values (?, ?, ?, ?)")) {
      insert.setString(1, topic);
      insert.setLong(2, place.last());
      insert.setLong(3, place.offset());
      insert.setString(4, place.mark());
      insert.executeUpdate();
    }
  }
}
