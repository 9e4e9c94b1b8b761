package io.millrace.bench.baseline.flink;

import io.millrace.bench.baseline.EventTable;
import io.millrace.bench.baseline.PlainEvent;
import io.millrace.bench.baseline.PlainServer;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.ExecutionCheckpointingOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Moves query events from Kafka to ClickHouse with Flink's DataStream API:
 *
 * <pre>
 * KafkaSource -> decode -> keyBy identity -> drop duplicates -> tag errors -> normal, error table
 *                   \-> late, dead-letter table
 * </pre>
 *
 * <p>Has Millrace's outcomes and tables, with the same rules for malformed, late and duplicate
 * events. Has no audit; accumulators count outcomes. Keeps one state entry per identity on the
 * heap, see {@link Memory}. Another thread sends batches of 20,000 rows or one second,
 * at-least-once. Reuses objects; no type uses Kryo.
 */
public final class NativeJob {
  /** The time between two reports of the accumulators. */
  public static final long HEARTBEAT_MILLIS = 1_000;

  /** The accumulator of records read. */
  public static final String READ = "read";

  /** The accumulator of duplicates. */
  public static final String DUPLICATE = "duplicate";

  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(5);

  private NativeJob() {}

  /**
   * An embedded Flink for the job.
   *
   * @param checkpoints directory for checkpoints
   */
  public static StreamExecutionEnvironment environment(int parallelism, Path checkpoints) {
    Configuration config = new Configuration();
    config.set(PipelineOptions.OBJECT_REUSE, true);
    config.set(PipelineOptions.GENERIC_TYPES, false);
    config.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ofMillis(100));
    config.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    config.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    config.set(ExecutionCheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL);
    config.set(
        ExecutionCheckpointingOptions.CHECKPOINTING_MODE,
        org.apache.flink.streaming.api.CheckpointingMode.EXACTLY_ONCE);
    // No restarts, because they would distort the measurement.
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    // Heartbeats carry the accumulators, which are read at the end.
    config.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, HEARTBEAT_MILLIS);
    config.set(RestOptions.ADDRESS, "127.0.0.1");
    config.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    return StreamExecutionEnvironment.createLocalEnvironment(parallelism, config);
  }

  /** How long an identity is kept. */
  public enum Memory {
    /** Until its events would be late, with an event-time timer per identity. */
    EVENT_TIME,
    /**
     * The same time in processing time, by Flink's state TTL. Needs no timers, but accepts
     * duplicates after the job was stopped for that long.
     */
    TTL
  }

  /** Adds the job. */
  public static void build(
      StreamExecutionEnvironment flink,
      String kafka,
      String topic,
      EventTimes times,
      Memory memory,
      PlainServer server) {
    KafkaSource<KafkaEvent> source =
        KafkaSource.<KafkaEvent>builder()
            .setBootstrapServers(kafka)
            .setTopics(topic)
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(new ReadRecord(times.outOfOrderness()))
            .build();
    WatermarkStrategy<KafkaEvent> watermarks =
        WatermarkStrategy.<KafkaEvent>forBoundedOutOfOrderness(
                Duration.ofMillis(times.outOfOrderness()))
            .withTimestampAssigner((event, kafkaTime) -> event.recordTime)
            .withIdleness(IDLE);
    SingleOutputStreamOperator<PlainEvent> decoded =
        flink
            .fromSource(source, watermarks, "ReadKafka")
            .uid("read")
            .process(new DecodeRecord(times))
            .name("DecodeRecord")
            .uid("decode");
    SingleOutputStreamOperator<PlainEvent> tagged =
        decoded
            .keyBy(
                event -> Tuple2.of(event.identityHigh, event.identityLow),
                TypeInformation.of(new TypeHint<Tuple2<Long, Long>>() {}))
            .process(new DropDuplicates(times, memory))
            .name("DropDuplicates")
            .uid("deduplicate")
            .process(new TagErrors())
            .name("TagErrors")
            .uid("tag");
    write(tagged, EventTable.NORMAL, server);
    write(tagged.getSideOutput(TagErrors.ERRORS), EventTable.ERROR, server);
    write(decoded.getSideOutput(DecodeRecord.LATE), EventTable.LATE, server);
    decoded
        .getSideOutput(DecodeRecord.DEAD)
        .sinkTo(new TableSink<>(server, DeadEvent.TABLE, DeadEvent.COLUMNS, DeadEvent::write))
        .name(DeadEvent.TABLE)
        .uid(DeadEvent.TABLE);
  }

  private static void write(DataStream<PlainEvent> events, EventTable table, PlainServer server) {
    events
        .sinkTo(new TableSink<>(server, table.table(), table.columns(), table::write))
        .name(table.table())
        .uid(table.table());
  }
}
