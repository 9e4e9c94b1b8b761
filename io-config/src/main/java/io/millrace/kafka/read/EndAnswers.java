package io.millrace.kafka.read;

import org.apache.kafka.common.TopicPartition;

/** Receives the answers to a question for the ends of logs, in the client's thread. */
interface EndAnswers {
  /**
   * The end of a partition's log at the isolation level.
   *
   * @param epoch the leader's epoch; -1 if unknown
   */
  void end(TopicPartition partition, long offset, int epoch);

  /** The brokers do not know the partition. */
  void unknown(TopicPartition partition);

  /** All have been answered or have failed. */
  void done();
}
