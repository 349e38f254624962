package skyndsamt;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import skyndsamt.statistics.v1.FigureOuterClass.Attribute;
import skyndsamt.statistics.v1.FigureOuterClass.Breakdown;
import skyndsamt.statistics.v1.FigureOuterClass.Cell;
import skyndsamt.statistics.v1.FigureOuterClass.Figure;

/**
 * How long one duty took an authority, in one period: how many times in which band, and how many
 * times that is not told, since the group was too small to divide. Added up from figures, of which no
 * two hold the same step; a figure that is replaced is taken away first. Immutable.
 */
record LeadTimes(long done, Map<String, Long> bands) {
  static final LeadTimes NONE = new LeadTimes(0, Map.of());
  private static final Gson GSON = new Gson();

  LeadTimes {
    bands = new TreeMap<>(bands);
  }

  LeadTimes plus(Figure figure) {
    return changed(figure, 1);
  }

  LeadTimes minus(Figure figure) {
    return changed(figure, -1);
  }

  /** Null where nothing is left: a table then forgets the key. */
  LeadTimes orNothing() {
    return equals(NONE) ? null : this;
  }

  /** What is in no band: figures without that breakdown, and cells that are not told apart. */
  long notTold() {
    return done - bands.values().stream().mapToLong(Long::longValue).sum();
  }

  /** {"done": 9, "bands": {"LEAD_TIME_DAYS_0_TO_1": 6}, "notTold": 3}. */
  String json() {
    JsonObject object = new JsonObject();
    object.addProperty("done", done);
    object.add("bands", GSON.toJsonTree(bands));
    object.addProperty("notTold", notTold());
    return object.toString();
  }

  static LeadTimes ofJson(String json) {
    JsonObject object = GSON.fromJson(json, JsonObject.class);
    Map<String, Long> bands = new TreeMap<>();
    object.getAsJsonObject("bands").entrySet().forEach(e -> bands.put(e.getKey(), e.getValue().getAsLong()));
    return new LeadTimes(object.get("done").getAsLong(), bands);
  }

  private LeadTimes changed(Figure figure, int sign) {
    Map<String, Long> sums = new TreeMap<>(bands);
    for (Breakdown breakdown : figure.getBreakdownsList()) {
      if (breakdown.getAttribute() != Attribute.ATTRIBUTE_LEAD_TIME) {
        continue; // another way to divide the same steps
      }
      for (Cell cell : breakdown.getCellsList()) {
        if (!cell.getValue().isEmpty()) {
          sums.merge(cell.getValue(), sign * cell.getCount(), Long::sum);
        }
      }
    }
    sums.values().removeIf(count -> count == 0);
    return new LeadTimes(done + sign * figure.getCount(), sums);
  }

  /** What is added up together, as a key: ["authority", "LEG_...", "first day", "last day"]. */
  static String key(Figure figure) {
    JsonArray key = new JsonArray();
    key.add(figure.getAuthority());
    key.add(figure.getLeg().name());
    key.add(figure.getFirstDay());
    key.add(figure.getLastDay());
    return key.toString();
  }
}
