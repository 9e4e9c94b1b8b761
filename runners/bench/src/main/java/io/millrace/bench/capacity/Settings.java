package io.millrace.bench.capacity;

/**
 * The sizes of the measured parts.
 *
 * @param events of each run of the pipeline
 * @param repetitions runs of each variant
 * @param parallelism subtasks of each step
 * @param partitions of the topic with many
 * @param rate events that arrive each second during a backlog
 * @param identities kept in the larger of the two states
 */
record Settings(
    long events, int repetitions, int parallelism, int partitions, int rate, long identities) {}
