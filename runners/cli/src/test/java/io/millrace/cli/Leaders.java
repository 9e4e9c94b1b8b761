package io.millrace.cli;

import io.millrace.local.LocalStack;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * The leaders of a topic that was just created. Before there is one, the broker may take a
 * producer's second batch but not its first, which fails then, because its sequence numbers come
 * too late.
 */
public final class Leaders {
  private Leaders() {}

  /** Waits until each partition has a leader. */
  public static void await(LocalStack stack, String topic, int partitions) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().address()))) {
      await(admin, topic, partitions);
    }
  }

  /** Waits until each partition has a leader: only a leader tells an end. */
  public static void await(Admin admin, String topic, int partitions) {
    Map<TopicPartition, OffsetSpec> ends =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
    try {
      Object unused = admin.listOffsets(ends).all().get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("no leader of " + topic, e);
    }
  }
}
