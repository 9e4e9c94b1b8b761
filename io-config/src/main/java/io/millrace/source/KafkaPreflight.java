package io.millrace.source;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Looks whether a broker answers and the topics are there. */
final class KafkaPreflight {
  static final int TIMEOUT_MS = 5_000;
  private static final int NAMED_TOPICS = 10;

  private KafkaPreflight() {}

  static List<String> check(KafkaAddress address) {
    try (Admin admin = admin(address)) {
      Set<String> there =
          new TreeSet<>(admin.listTopics().names().get(TIMEOUT_MS + 1000L, MILLISECONDS));
      List<String> problems = new ArrayList<>();
      for (String topic : address.topics()) {
        if (!there.contains(topic)) {
          problems.add(missing(topic, address, there));
        }
      }
      return problems;
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      return List.of(unreachable(address, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of("interrupted while asking " + address.bootstrapServers());
    }
  }

  /** Records between the first and the last offset of every partition. */
  static long backlog(KafkaAddress address) {
    try (Admin admin = admin(address)) {
      List<TopicPartition> partitions = new ArrayList<>();
      Map<String, TopicDescription> topics =
          admin.describeTopics(address.topics()).allTopicNames().get(TIMEOUT_MS, MILLISECONDS);
      for (TopicDescription topic : topics.values()) {
        topic
            .partitions()
            .forEach(p -> partitions.add(new TopicPartition(topic.name(), p.partition())));
      }
      return offsets(admin, partitions, OffsetSpec.latest())
          - offsets(admin, partitions, OffsetSpec.earliest());
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new SourceException(unreachable(address, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException("interrupted while asking " + address.bootstrapServers(), e);
    }
  }

  private static long offsets(Admin admin, List<TopicPartition> partitions, OffsetSpec which)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(p -> asked.put(p, which));
    long sum = 0;
    for (ListOffsetsResultInfo info :
        admin.listOffsets(asked).all().get(TIMEOUT_MS, MILLISECONDS).values()) {
      sum += info.offset();
    }
    return sum;
  }

  static Admin admin(KafkaAddress address) {
    return Admin.create(
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address.bootstrapServers(),
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS));
  }

  static String unreachable(KafkaAddress address, Exception e) {
    Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
    boolean silent =
        cause instanceof TimeoutException
            || cause instanceof org.apache.kafka.common.errors.TimeoutException;
    return "no Kafka broker answers at "
        + address.bootstrapServers()
        + (silent ? "" : " (" + cause.getMessage() + ")")
        + ": start it, or correct --input";
  }

  private static String missing(String topic, KafkaAddress address, Set<String> there) {
    List<String> shown = there.stream().limit(NAMED_TOPICS).toList();
    String known =
        there.isEmpty()
            ? "it has no topics yet"
            : "it has " + String.join(", ", shown) + (there.size() > NAMED_TOPICS ? ", ..." : "");
    return "topic `"
        + topic
        + "` does not exist at "
        + address.bootstrapServers()
        + " ("
        + known
        + "): create it, or correct --input";
  }
}
