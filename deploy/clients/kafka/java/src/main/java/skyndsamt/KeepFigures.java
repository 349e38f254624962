package skyndsamt;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import skyndsamt.statistics.v1.FigureOuterClass.Figure;

/**
 * A consumer to copy: keeps the figures of the statistics topic as they stand, exactly once (see
 * {@link Follow}, which has the command line too).
 *
 * <p>A correction is a figure with the same id: it takes the place of the one before, and of all its
 * cells; a withdrawn one leaves nothing to show. Figures may be added up, since no step is in two;
 * cells only within one attribute of a figure. A breakdown that is not there, and a cell without a
 * value, is "not told", never none.
 *
 * <p>Says `kept N` after each transaction; prints a table of the figures that stand (with `--until 0`
 * nothing is read). Values may be protobuf or JSON.
 */
public final class KeepFigures implements Result {
  public static void main(String[] words) throws SQLException {
    Follow.run(words, "skyndsamt.statistics.v1", "kept", new KeepFigures());
  }

  @Override
  public List<String> tables() {
    return List.of(
        """
        create table if not exists figures (
            id text primary key, revision integer not null, withdrawn integer not null,
            authority text not null, form text not null, unit text not null, first_day text not null, last_day text not null,
            step text not null, leg text not null, imported integer not null, count integer not null, k integer not null)
        """,
        """
        create table if not exists cells (
            figure text not null references figures, attribute text not null, value text not null, count integer not null,
            primary key (figure, attribute, value))
        """);
  }

  @Override
  public void take(Connection database, Message message) throws SQLException {
    JsonObject figure = figureOf(message);
    String id = text(figure, "id");
    if (number(figure, "revision") <= knownRevision(database, id)) {
      return; // an older one changes nothing
    }
    update(database, "delete from cells where figure = ?", id);
    update(
        database,
        "insert or replace into figures values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        number(figure, "revision"),
        truth(figure, "withdrawn"),
        text(figure, "authority"),
        text(figure, "form"),
        text(figure, "unit"),
        text(figure, "firstDay"),
        text(figure, "lastDay"),
        text(figure, "step"),
        text(figure, "leg"),
        truth(figure, "imported"),
        number(figure, "count"),
        number(figure, "k"));
    if (!figure.has("breakdowns")) {
      return;
    }
    for (JsonElement breakdown : figure.getAsJsonArray("breakdowns")) {
      String attribute = text(breakdown.getAsJsonObject(), "attribute");
      for (JsonElement one : breakdown.getAsJsonObject().getAsJsonArray("cells")) {
        JsonObject cell = one.getAsJsonObject();
        update(
            database,
            "insert into cells values (?, ?, ?, ?)",
            id,
            attribute,
            text(cell, "value"),
            number(cell, "count"));
      }
    }
  }

  @Override
  public void show(Connection database, PrintStream out) throws SQLException {
    FiguresTable.print(database, out);
  }

  /**
   * As deploy/kafka/schemas/skyndsamt.statistics.v1.Figure.json has it; what has its default may be
   * left out.
   */
  private static JsonObject figureOf(Message message) {
    try {
      String json = message.json() ? message.text() : JsonFormat.printer().print(Figure.parseFrom(message.value()));
      return JsonParser.parseString(json).getAsJsonObject();
    } catch (InvalidProtocolBufferException error) {
      throw new IllegalStateException("no figure at offset " + message.offset(), error);
    }
  }

  private static String text(JsonObject from, String name) {
    return from.has(name) ? from.get(name).getAsString() : "";
  }

  private static long number(JsonObject from, String name) {
    return from.has(name) ? from.get(name).getAsLong() : 0; // 64 bits are text in protobuf's JSON
  }

  private static boolean truth(JsonObject from, String name) {
    return from.has(name) && from.get(name).getAsBoolean();
  }

  private static long knownRevision(Connection database, String id) throws SQLException {
    try (PreparedStatement select = database.prepareStatement("select revision from figures where id = ?")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getLong(1) : -1;
      }
    }
  }

  private static void update(Connection database, String statement, Object... values) throws SQLException {
    try (PreparedStatement update = database.prepareStatement(statement)) {
      for (int i = 0; i < values.length; ++i) {
        update.setObject(i + 1, values[i]);
      }
      update.executeUpdate();
    }
  }
}
