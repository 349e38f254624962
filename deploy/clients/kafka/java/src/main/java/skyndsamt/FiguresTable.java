package skyndsamt;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The figures that stand, as a table of text: of whom, period, step, count, breakdowns. */
final class FiguresTable {
  static void print(Connection database, PrintStream out) throws SQLException {
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.of("OF", "PERIOD", "STEP", "COUNT", "DIVIDED BY"));
    try (Statement select = database.createStatement();
        ResultSet row =
            select.executeQuery(
                "select id, authority, form, unit, first_day, last_day, step, leg, imported, count from figures"
                    + " where not withdrawn order by authority, unit, form, first_day, last_day, step, leg")) {
      while (row.next()) {
        lines.add(line(database, row));
      }
    }
    int[] widths = new int[lines.get(0).size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; ++i) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; ++i) {
        text.append(line.get(i)).append(" ".repeat(widths[i] - line.get(i).length() + 2));
      }
      out.println(text.toString().stripTrailing());
    }
  }

  private static List<String> line(Connection database, ResultSet row) throws SQLException {
    String form = without("UNIT_FORM_", row.getString("form"));
    String of =
        row.getString("unit").isEmpty()
            ? (form.isEmpty() ? "authority" : form) + " " + row.getString("authority")
            : "unit " + row.getString("unit");
    String what =
        Stream.of(
                without("STEP_", row.getString("step")),
                without("LEG_", row.getString("leg")),
                row.getBoolean("imported") ? "imported" : "")
            .filter(word -> !word.isEmpty())
            .collect(Collectors.joining(" "));
    return List.of(
        of,
        row.getString("first_day") + "/" + row.getString("last_day"),
        what,
        String.valueOf(row.getLong("count")),
        divided(database, row.getString("id")));
  }

  private static String divided(Connection database, String figure) throws SQLException {
    Map<String, List<String>> divided = new TreeMap<>();
    try (PreparedStatement select =
        database.prepareStatement(
            "select attribute, value, count from cells where figure = ? order by attribute, value")) {
      select.setString(1, figure);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          String value = row.getString("value").isEmpty() ? "not told apart" : row.getString("value");
          divided
              .computeIfAbsent(without("ATTRIBUTE_", row.getString("attribute")), none -> new ArrayList<>())
              .add(value + " " + row.getLong("count"));
        }
      }
    }
    return divided.entrySet().stream()
        .map(one -> one.getKey() + ": " + String.join(", ", one.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static String without(String prefix, String name) {
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  private FiguresTable() {}
}
