package skyndsamt;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the command line asks for. {@code until} and {@code batch} count messages. */
record Options(String bootstrap, String database, String topic, long until, int batch) {
  private static final List<String> KNOWN =
      List.of("--bootstrap", "--database", "--topic", "--until", "--batch");

  /** Throws IllegalArgumentException that says what is wrong. */
  static Options parse(String[] words, String topic) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < words.length; i += 2) {
      if (!KNOWN.contains(words[i]) || i + 1 == words.length) {
        throw new IllegalArgumentException("what is " + words[i] + "? known are " + KNOWN);
      }
      given.put(words[i], words[i + 1]);
    }
    return new Options(
        required(given, "--bootstrap"),
        required(given, "--database"),
        given.getOrDefault("--topic", topic),
        Long.parseLong(given.getOrDefault("--until", String.valueOf(Long.MAX_VALUE))),
        Integer.parseInt(given.getOrDefault("--batch", "1000")));
  }

  private static String required(Map<String, String> given, String name) {
    if (!given.containsKey(name)) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return given.get(name);
  }
}
