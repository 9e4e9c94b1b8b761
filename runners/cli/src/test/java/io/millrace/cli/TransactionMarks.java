package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** The marks in a log that end transactions. Readers see what was committed only behind them. */
public final class TransactionMarks {
  private static final long LONGEST_NANOS = Duration.ofMinutes(2).toNanos();
  private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  private TransactionMarks() {}

  /**
   * Waits until the outcome of each transaction in some partitions is in their logs, which is a
   * moment after the producer's commit or abort. No transaction may be open.
   */
  public static void await(Admin admin, TopicPartition... partitions) {
    long deadline = System.nanoTime() + LONGEST_NANOS;
    while (!ends(admin, IsolationLevel.READ_COMMITTED, partitions)
        .equals(ends(admin, IsolationLevel.READ_UNCOMMITTED, partitions))) {
      assertThat(
          "in time: the end of all transactions in " + Arrays.toString(partitions),
          System.nanoTime() - deadline < 0);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static Map<TopicPartition, Long> ends(
      Admin admin, IsolationLevel isolation, TopicPartition... partitions) {
    Map<TopicPartition, OffsetSpec> latest =
        Arrays.stream(partitions)
            .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
    try {
      return admin
          .listOffsets(latest, new ListOffsetsOptions(isolation))
          .all()
          .get()
          .entrySet()
          .stream()
          .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
