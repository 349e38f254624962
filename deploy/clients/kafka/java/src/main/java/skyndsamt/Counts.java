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
  /** A record that should have come is missing. */
  static final class Gap extends Exception {
    Gap(String what) {
      super(what);
    }
  }

  /** The last position that was counted (-1: none), and the offset to go on from. */
  record Place(long last, long offset) {}

  private final Connection database;
  private final String topic;

  Counts(String file, String topic) throws SQLException {
    this.topic = topic;
    database = DriverManager.getConnection("jdbc:sqlite:" + file);
    database.setAutoCommit(false);
    try (Statement statement = database.createStatement()) {
      statement.execute(
          "create table if not exists place"
              + " (topic text primary key, last integer not null, next_offset integer not null)");
      statement.execute(
          "create table if not exists steps"
              + " (type text, month text, count integer not null, primary key (type, month))");
    }
    database.commit();
  }

  Place place() throws SQLException {
    try (PreparedStatement select =
        database.prepareStatement("select last, next_offset from place where topic = ?")) {
      select.setString(1, topic);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? new Place(row.getLong(1), row.getLong(2)) : new Place(-1, 0);
      }
    }
  }

  /**
   * Counts steps and keeps the place, all of it or nothing; {@code next} is the offset behind them.
   * Returns the last position counted.
   */
  long count(List<Step> steps, long next) throws SQLException, Gap {
    try {
      long last = place().last();
      for (Step step : steps) {
        if (step.position() <= last) {
          continue; // it came twice
        }
        if (step.previous() != last) {
          throw new Gap(
              "position " + last + " is the last one counted, the next says it follows " + step.previous());
        }
        add(step);
        last = step.position();
      }
      keep(new Place(last, next));
      database.commit();
      return last;
    } catch (SQLException | Gap | RuntimeException error) {
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
        database.prepareStatement("insert or replace into place values (?, ?, ?)")) {
      insert.setString(1, topic);
      insert.setLong(2, place.last());
      insert.setLong(3, place.offset());
      insert.executeUpdate();
    }
  }
}
