package io.millrace.kafka;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.io.SourceException;
import io.millrace.kafka.client.ClientProperties.Client;
import io.millrace.kafka.client.ConnectionProblem;
import io.millrace.kafka.client.Endpoint;
import io.millrace.kafka.client.KafkaProbe;
import io.millrace.kafka.read.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Checks that a broker answers, that the topics exist, and that this user may read them. */
public final class KafkaPreflight {
  static final int TIMEOUT_MS = KafkaProbe.ANSWER_TIMEOUT_MS;
  private static final long LONGEST_WAIT_MS = TIMEOUT_MS + 1000L;
  private static final int NAMED_TOPICS = 10;

  private KafkaPreflight() {}

  /**
   * Returns one line for each problem.
   *
   * @param ids receives the id of each existing topic, if the brokers support ids
   */
  public static List<String> check(KafkaAddress address, Map<String, String> ids) {
    try {
      return query(address, e -> unreachable(address, e), admin -> check(address, ids, admin));
    } catch (SourceException e) {
      return List.of(e.getMessage());
    }
  }

  private static List<String> check(KafkaAddress address, Map<String, String> ids, Admin admin)
      throws ExecutionException, InterruptedException, TimeoutException {
    Set<String> there =
        address.filter().hasPatterns() ? new TreeSet<>(topics(admin)) : new TreeSet<>();
    List<String> problems = new ArrayList<>();
    for (String expression : address.topics()) {
      if (TopicFilter.isPattern(expression) && !matches(address.filter(), expression, there)) {
        problems.add(missing(expression, address, there));
      }
    }
    Set<String> named = address.filter().of(there);
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin
            .describeTopics(named, new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    for (String topic : named) {
      try {
        TopicDescription found = asked.get(topic).get(LONGEST_WAIT_MS, MILLISECONDS);
        if (!found.topicId().equals(Uuid.ZERO_UUID)) {
          ids.put(topic, found.topicId().toString());
        }
        if (lacks(AclOperation.READ, found.authorizedOperations())) {
          problems.add(noRight("topic `" + topic + "`", "read", "READ", "topic"));
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof UnknownTopicOrPartitionException) {
          problems.add(missing(topic, address, topics(admin)));
        } else if (e.getCause() instanceof TopicAuthorizationException) {
          problems.add(noRight("topic `" + topic + "`", "see", "READ and DESCRIBE", "topic"));
        } else {
          throw e;
        }
      }
    }
    return problems;
  }

  private static Set<String> topics(Admin admin)
      throws ExecutionException, InterruptedException, TimeoutException {
    return new TreeSet<>(admin.listTopics().names().get(LONGEST_WAIT_MS, MILLISECONDS));
  }

  /**
   * Checks that this user may commit the offsets of a consumer group.
   *
   * @return one line for each problem
   */
  public static List<String> checkGroup(KafkaAddress address, String group) {
    try {
      Set<AclOperation> rights =
          query(
              address,
              e ->
                  e instanceof ExecutionException
                          && e.getCause() instanceof GroupAuthorizationException
                      ? noGroup(group, "see", "READ and DESCRIBE")
                      : unreachable(address, e),
              admin ->
                  admin
                      .describeConsumerGroups(
                          List.of(group),
                          new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                      .all()
                      .get(LONGEST_WAIT_MS, MILLISECONDS)
                      .get(group)
                      .authorizedOperations());
      return lacks(AclOperation.READ, rights)
          ? List.of(noGroup(group, "commit to", "READ"))
          : List.of();
    } catch (SourceException e) {
      return List.of(e.getMessage());
    }
  }

  /** Brokers without ACLs grant all operations, or report none. */
  private static boolean lacks(AclOperation operation, @Nullable Set<AclOperation> granted) {
    return granted != null && !granted.isEmpty() && !granted.contains(operation);
  }

  private static String noGroup(String group, String what, String operations) {
    return noRight("consumer group `" + group + "`", what, operations, "group")
        + ", or commit nothing with --consumerGroup=none";
  }

  private static String noRight(String where, String what, String operations, String kind) {
    return "%s: this user has no permission to %s it: grant %s on the %s"
        .formatted(where, what, operations, kind);
  }

  private static boolean matches(TopicFilter filter, String pattern, Set<String> there) {
    return !new TopicFilter(List.of(pattern), filter.excluded()).of(there).isEmpty();
  }

  interface Query<T> {
    T of(Admin admin) throws ExecutionException, InterruptedException, TimeoutException;
  }

  /**
   * Queries the brokers.
   *
   * @throws SourceException in one line, if that fails
   */
  static <T> T query(KafkaAddress address, Function<Exception, String> explain, Query<T> query) {
    try (Admin admin = admin(address)) {
      return query.of(admin);
    } catch (ExecutionException | TimeoutException | KafkaException | IllegalArgumentException e) {
      throw new SourceException(explain.apply(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException(
          "interrupted while waiting for Kafka at " + address.bootstrapServers(), e);
    }
  }

  private static Admin admin(KafkaAddress address) {
    Map<String, Object> settings = new HashMap<>(address.client().resolved(Client.ADMIN));
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address.bootstrapServers());
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    return Admin.create(settings);
  }

  /** Explains in one line why the brokers of an input cannot be queried. */
  static String unreachable(KafkaAddress address, Throwable e) {
    return ConnectionProblem.explain(
        Endpoint.INPUT, address.bootstrapServers(), address.client(), e);
  }

  private static String missing(String topic, KafkaAddress address, Set<String> there) {
    List<String> shown = there.stream().limit(NAMED_TOPICS).toList();
    String known =
        there.isEmpty()
            ? "it has no topics yet"
            : "it has " + String.join(", ", shown) + (there.size() > NAMED_TOPICS ? ", ..." : "");
    String what =
        TopicFilter.isPattern(topic)
            ? "no topic matches `%s` at %s (%s): create one, or correct --input"
            : "topic `%s` does not exist at %s (%s): create it, or correct --input";
    return what.formatted(topic, address.bootstrapServers(), known);
  }
}
