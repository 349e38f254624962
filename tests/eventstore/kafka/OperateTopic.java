import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/**
 * What a cluster's operator can do to a topic.
 *
 * <pre>
 *   BOOTSTRAP TOPIC delete-before OFFSET
 *   BOOTSTRAP TOPIC make-anew
 * </pre>
 */
public final class OperateTopic {
  public static void main(String[] words) throws Exception {
    String topic = words[1];
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", words[0]))) {
      if (words[2].equals("make-anew")) {
        admin.deleteTopics(List.of(topic)).all().get();
        while (admin.listTopics().names().get().contains(topic)) {
          Thread.sleep(50);
        }
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
      } else {
        RecordsToDelete before = RecordsToDelete.beforeOffset(Long.parseLong(words[3]));
        admin.deleteRecords(Map.of(new TopicPartition(topic, 0), before)).all().get();
      }
    }
  }
}
