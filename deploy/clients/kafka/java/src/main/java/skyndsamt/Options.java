package skyndsamt;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the command line asks for. {@code until} and {@code batch} count messages. */
record Options(String bootstrap, String database, String topic, boolean fromBeginning, long until, int batch) {
  private static final String FROM_BEGINNING = "--from-beginning"; // has no value
  private static final List<String> KNOWN =
      List.of("--bootstrap", "--database", "--topic", "--until", "--batch", FROM_BEGINNING);

  /** Throws IllegalArgumentException that says what is wrong. */
  static Options parse(String[] words, String topic) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < words.length; ++i) {
      boolean alone = words[i].equals(FROM_BEGINNING);
      if (!KNOWN.contains(words[i]) || (!alone && i + 1 == words.length)) {
        throw new IllegalArgumentException("what is " + words[i] + "? known are " + KNOWN);
      }
      given.put(words[i], alone ? "" : words[++i]);
    }
    return new Options(
        required(given, "--bootstrap"),
        required(given, "--database"),
        given.getOrDefault("--topic", topic),
        given.containsKey(FROM_BEGINNING),
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
