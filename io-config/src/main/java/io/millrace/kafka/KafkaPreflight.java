package io.millrace.kafka;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.io.SourceException;
import io.millrace.kafka.consume.KafkaProbe;
import io.millrace.kafka.read.TopicFilter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/** Checks that a broker answers and that the topics exist. */
public final class KafkaPreflight {
  static final int TIMEOUT_MS = KafkaProbe.ANSWER_TIMEOUT_MS;
  private static final int NAMED_TOPICS = 10;

  private KafkaPreflight() {}

  /**
   * Returns one line for each problem.
   *
   * @param ids receives the id of each existing topic, if the brokers support ids
   */
  public static List<String> check(KafkaAddress address, Map<String, String> ids) {
    try {
      return query(
          address.bootstrapServers(),
          e -> unreachable(address, e),
          admin -> check(address, ids, admin));
    } catch (SourceException e) {
      return List.of(e.getMessage());
    }
  }

  private static List<String> check(KafkaAddress address, Map<String, String> ids, Admin admin)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<String, TopicListing> found =
        admin.listTopics().namesToListings().get(TIMEOUT_MS + 1000L, MILLISECONDS);
    Set<String> there = new TreeSet<>(found.keySet());
    for (String topic : address.filter().of(there)) {
      TopicListing listing = found.get(topic);
      if (listing != null && !listing.topicId().equals(Uuid.ZERO_UUID)) {
        ids.put(topic, listing.topicId().toString());
      }
    }
    return address.topics().stream()
        .filter(topic -> !matches(address.filter(), topic, there))
        .map(topic -> missing(topic, address, there))
        .toList();
  }

  private static boolean matches(TopicFilter filter, String expression, Set<String> there) {
    return TopicFilter.isPattern(expression)
        ? !new TopicFilter(List.of(expression), filter.excluded()).of(there).isEmpty()
        : there.contains(expression);
  }

  interface Query<T> {
    T of(Admin admin) throws ExecutionException, InterruptedException, TimeoutException;
  }

  /**
   * Queries the brokers.
   *
   * @throws SourceException in one line, if that fails
   */
  static <T> T query(String servers, Function<Exception, String> explain, Query<T> query) {
    try (Admin admin = admin(servers)) {
      return query.of(admin);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new SourceException(explain.apply(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException("interrupted while waiting for Kafka at " + servers, e);
    }
  }

  private static Admin admin(String servers) {
    return Admin.create(
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS));
  }

  static String unreachable(KafkaAddress address, Exception e) {
    return unreachable(address.bootstrapServers(), "--input", e);
  }

  /**
   * Explains in one line why brokers cannot be queried. Probes the servers, see {@link KafkaProbe}.
   *
   * @param flag the flag that contains the servers
   */
  static String unreachable(String servers, String flag, Throwable e) {
    String why = KafkaProbe.explain(servers, flag);
    if (why != null) {
      return "cannot connect to Kafka at " + servers + ": " + why;
    }
    Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
    boolean silent =
        cause instanceof TimeoutException
            || cause instanceof org.apache.kafka.common.errors.TimeoutException;
    return ("Kafka at %s does not answer the request for its topics%s: check that this"
            + " machine can connect to the broker's advertised.listeners, or correct %s")
        .formatted(servers, silent ? " in time" : " (" + cause.getMessage() + ")", flag);
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
