package skyndsamt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import skyndsamt.event.v1.Policy.Leg;
import skyndsamt.statistics.v1.FigureOuterClass.Attribute;
import skyndsamt.statistics.v1.FigureOuterClass.Breakdown;
import skyndsamt.statistics.v1.FigureOuterClass.Cell;
import skyndsamt.statistics.v1.FigureOuterClass.Figure;
import skyndsamt.statistics.v1.FigureOuterClass.Step;

class LeadTimesJobTest {
  private static final String QUICK = "LEAD_TIME_DAYS_0_TO_1";
  private static final String SLOW = "LEAD_TIME_DAYS_91_OR_MORE";
  private static final String SPRING = "[\"a\",\"LEG_NOTIFY_AUTHORITY\",\"2026-01-01\",\"2026-06-30\"]";

  @TempDir Path state;
  private TopologyTestDriver driver;
  private TestInputTopic<String, Figure> in;
  private TestOutputTopic<String, String> out;
  private final Map<String, LeadTimes> told = new TreeMap<>();
  private long sequence = 0;
  private String history = "first";
  private final Map<Long, Headers> onTopic = new TreeMap<>(); // by offset, for who reads it again

  @BeforeEach
  void open() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    driver = new TopologyTestDriver(
        LeadTimesJob.topology("in", "out", offset -> Optional.ofNullable(onTopic.get(offset))), properties);
    in = driver.createInputTopic("in", new StringSerializer(), Figures.inside().serializer());
    out = driver.createOutputTopic("out", new StringDeserializer(), new StringDeserializer());
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void everyOptionIsKnownAndHasAValue() {
    String[] needed = {"--bootstrap", "host:1", "--state", "folder"};
    assertTrue(LeadTimesJob.isWhole(LeadTimesJob.options(needed)));
    assertFalse(LeadTimesJob.isWhole(LeadTimesJob.options("--bootstrap", "host:1", "--state")));
    assertFalse(LeadTimesJob.isWhole(LeadTimesJob.options("--bootstrap", "host:1", "--state", "folder", "--input")));
    assertFalse(LeadTimesJob.isWhole(LeadTimesJob.options("--bootstrap", "host:1", "--state", "folder", "--in", "x")));
  }

  @Test
  void figuresOfUnitsFormsAndNeitherAreAddedUp() {
    send(figure("1").setUnit("u1").setCount(9).addBreakdowns(by(Map.of(QUICK, 6L, "", 3L))));
    send(figure("2").setUnit("u2").setCount(7).addBreakdowns(by(Map.of(QUICK, 3L, SLOW, 4L))));
    send(figure("3").setCount(5));
    assertEquals(new LeadTimes(21, Map.of(QUICK, 9L, SLOW, 4L)), told().get(SPRING));
    assertEquals(8, told().get(SPRING).notTold());
  }

  @Test
  void aFigureTakesThePlaceOfItsEarlierRevision() {
    send(figure("1").setCount(9).addBreakdowns(by(Map.of(QUICK, 6L, SLOW, 3L))));
    send(figure("2").setCount(5));
    send(figure("1").setRevision(1).setCount(8).addBreakdowns(by(Map.of(QUICK, 4L, SLOW, 4L))));
    assertEquals(new LeadTimes(13, Map.of(QUICK, 4L, SLOW, 4L)), told().get(SPRING));
  }

  @Test
  void anOlderRevisionChangesNothing() {
    send(figure("1").setRevision(2).setCount(8));
    send(figure("1").setRevision(1).setCount(100));
    assertEquals(new LeadTimes(8, Map.of()), told().get(SPRING));
  }

  @Test
  void aFigureThatMovesIsTakenAwayWhereItWas() {
    send(figure("1").setCount(8));
    send(figure("2").setCount(5));
    send(figure("1").setRevision(1).setLastDay("2026-12-31").setCount(9));
    assertEquals(new LeadTimes(5, Map.of()), told().get(SPRING));
    assertEquals(new LeadTimes(9, Map.of()), told().get(SPRING.replace("06-30", "12-31")));
  }

  @Test
  void whatIsWithdrawnIsGone() {
    send(figure("1").setCount(8).addBreakdowns(by(Map.of(QUICK, 4L, SLOW, 4L))));
    send(figure("1").setRevision(1).setWithdrawn(true));
    assertTrue(told().containsKey(SPRING));
    assertNull(told().get(SPRING));
    send(figure("1").setRevision(2).setCount(6));
    assertEquals(new LeadTimes(6, Map.of()), told().get(SPRING));
  }

  @Test
  void otherStepsImportedOnesAndOtherWaysToDivideAreLeftOut() {
    send(figure("1").setStep(Step.STEP_OVERDUE).setCount(8));
    send(figure("2").setImported(true).setCount(8));
    assertTrue(told().isEmpty());
    send(figure("3").setCount(8).addBreakdowns(by(Map.of("VARIANT_CHILD", 8L)).setAttribute(Attribute.ATTRIBUTE_VARIANT)));
    assertEquals(new LeadTimes(8, Map.of()), told().get(SPRING));
  }

  @Test
  void authoritiesAndLegsStandApart() {
    send(figure("1").setCount(8));
    send(figure("2").setAuthority("b").setCount(7));
    send(figure("3").setLeg(Leg.LEG_INFORM_GUARDIAN).setCount(6));
    assertEquals(8, told().get(SPRING).done());
    assertEquals(7, told().get(SPRING.replace("\"a\"", "\"b\"")).done());
    assertEquals(6, told().get(SPRING.replace("NOTIFY_AUTHORITY", "INFORM_GUARDIAN")).done());
  }

  @Test
  void whatComesTwiceIsTakenOnceAndAMissingOneStopsTheJob() {
    send(figure("1").setCount(8));
    sequence = 0;
    send(figure("2").setCount(100)); // a sequence that was taken
    assertEquals(new LeadTimes(8, Map.of()), told().get(SPRING));
    sequence = 2;
    RuntimeException stopped = assertThrows(RuntimeException.class, () -> send(figure("3").setCount(1)));
    assertTrue(Sequence.isStop(stopped));
  }

  @Test
  void anotherFigureWithTheLastSequenceStopsTheJob() {
    send(figure("1").setCount(8));
    history = "second";
    sequence = 0;
    RuntimeException stopped = assertThrows(RuntimeException.class, () -> send(figure("1").setCount(9)));
    assertTrue(Sequence.isStop(stopped));
    assertEquals(new LeadTimes(8, Map.of()), told().get(SPRING));
  }

  @Test
  void whatWasTakenLastIsReadAgainAtTheStart() {
    startAfterOne();
    onTopic.put(7L, headers());
    send(figure("2").setCount(8));
    assertEquals(new LeadTimes(8, Map.of()), told().get(SPRING));
  }

  @Test
  void anotherHistoryWhereTheLastOneWasStopsTheJobAtTheStart() {
    startAfterOne();
    history = "second";
    onTopic.put(7L, headers());
    RuntimeException stopped = assertThrows(RuntimeException.class, () -> send(figure("2").setCount(8)));
    assertTrue(Sequence.isStop(stopped));
    assertTrue(told().isEmpty());
  }

  @Test
  void aTopicThatNoLongerHasTheLastOneStopsTheJobAtTheStart() {
    startAfterOne();
    sequence = 1;
    assertTrue(Sequence.isStop(assertThrows(RuntimeException.class, () -> send(figure("2").setCount(8)))));
  }

  /** As a job that has taken number 0 of the first history, at offset 7, and was ended then. */
  private void startAfterOne() {
    driver.<String, Long>getKeyValueStore("sequence").put("sequence", 0L);
    driver.<String, Long>getKeyValueStore("sequence").put("offset", 7L);
    driver.<String, String>getKeyValueStore("mark").put("mark", "log first-0 2026-07-01T00:00:00Z");
  }

  @Test
  void valuesMayBeJson() {
    String json =
        "{\"id\":\"1\",\"authority\":\"a\",\"firstDay\":\"2026-01-01\",\"lastDay\":\"2026-06-30\","
            + "\"step\":\"STEP_DUTY_DONE\",\"leg\":\"LEG_NOTIFY_AUTHORITY\",\"count\":\"8\",\"ofALaterVersion\":1}";
    Headers headers = headers().add("content-type", "application/json".getBytes(StandardCharsets.UTF_8));
    driver.createInputTopic("in", new StringSerializer(), Serdes.String().serializer())
        .pipeInput(new TestRecord<>("k", json, headers));
    assertEquals(new LeadTimes(8, Map.of()), told().get(SPRING));
  }

  private void send(Figure.Builder figure) {
    in.pipeInput(new TestRecord<>("k", figure.build(), headers()));
  }

  private Headers headers() {
    Headers headers =
        new RecordHeaders()
            .add("ce_sequence", digits(sequence))
            .add("ce_source", bytes("log"))
            .add("ce_id", bytes(history + "-" + sequence))
            .add("ce_time", bytes("2026-07-01T00:00:00Z"));
    if (sequence > 0) {
      headers.add("ce_previoussequence", digits(sequence - 1));
    }
    ++sequence;
    return headers;
  }

  private static byte[] digits(long number) {
    return bytes("%020d".formatted(number));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What came out, of each key the newest; null where it is gone. */
  private Map<String, LeadTimes> told() {
    out.readKeyValuesToList()
        .forEach(pair -> told.put(pair.key, pair.value == null ? null : LeadTimes.ofJson(pair.value)));
    return told;
  }

  private static Figure.Builder figure(String id) {
    return Figure.newBuilder()
        .setId(id)
        .setAuthority("a")
        .setFirstDay("2026-01-01")
        .setLastDay("2026-06-30")
        .setStep(Step.STEP_DUTY_DONE)
        .setLeg(Leg.LEG_NOTIFY_AUTHORITY);
  }

  private static Breakdown.Builder by(Map<String, Long> cells) {
    Breakdown.Builder breakdown = Breakdown.newBuilder().setAttribute(Attribute.ATTRIBUTE_LEAD_TIME);
    cells.forEach((value, count) -> breakdown.addCells(Cell.newBuilder().setValue(value).setCount(count)));
    return breakdown;
  }
}
