package io.millrace.bench.speed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The CPU time of each part of the job, from a profiler's samples of all threads. A sample is a
 * line {@code [thread];frame;...;frame count}, the innermost frame last. It counts for the part of
 * its innermost frame; JDK code counts for its caller.
 *
 * @param samples number of samples of each part
 */
record ProfileByPart(Map<Part, Long> samples) {

  /** Parts of the job, in the order of the data. */
  enum Part {
    KAFKA("Kafka's client: fetch, decompress, records"),
    INTO_PAGES("records into pages"),
    OUT_OF_PAGES("pages into records"),
    UTF8("is it UTF-8, are surrogates whole"),
    JSON("JSON into values, identity, event time"),
    INTO_SHUFFLE("event into the shuffle's bytes, key, Flink's network"),
    OUT_OF_SHUFFLE("shuffle's bytes into event"),
    IDENTITIES("identities: state and timer"),
    ROWS("rows into blocks (RowBinary)"),
    LZ4("INSERT: LZ4"),
    INSERT("INSERT: token, HTTP"),
    AUDIT("INSERT: audit rows"),
    STEPS("Beam and Flink from step to step"),
    OTHER_TASKS("late, dead letters and audit, which have separate tasks"),
    CHECKPOINTS("checkpoints beside the tasks"),
    COLLECTOR("garbage collection"),
    OTHER_THREADS("other threads"),
    /** Not of a job that runs on. */
    COMPILER("the JVM's compiler"),
    /** Not of a job that runs on. */
    START("start of the process");

    private final String label;

    Part(String label) {
      this.label = label;
    }

    /** The display name. */
    String label() {
      return label;
    }

    /** Whether it lasts as long as the job runs. */
    boolean lasts() {
      return this != COMPILER && this != START;
    }
  }

  /** Parts by a substring of a frame; the first match counts. */
  private record Rule(Part part, String name) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule(Part.LZ4, "ClickHouseLZ4OutputStream"),
          new Rule(Part.LZ4, "LZ4_compress"),
          new Rule(Part.AUDIT, "AuditRows"),
          new Rule(Part.AUDIT, "Batch.forEachOrigin"),
          new Rule(Part.INSERT, "BatchInserter"),
          new Rule(Part.INSERT, "HttpInsertClient"),
          new Rule(Part.INSERT, "XXH64"),
          new Rule(Part.ROWS, "RowBlockBuilder"),
          new Rule(Part.ROWS, "TableRowWriter"),
          new Rule(Part.ROWS, "/RowBlock."),
          new Rule(Part.UTF8, "Utf8Validator"),
          new Rule(Part.UTF8, "io/millrace/text/Utf8."),
          new Rule(Part.JSON, "io/millrace/decode/"),
          new Rule(Part.JSON, "DecodeEvents$DecodeFn.decode"),
          new Rule(Part.IDENTITIES, "PackedIdentities"),
          new Rule(Part.IDENTITIES, "RememberIdentitiesFn.process"),
          new Rule(Part.OUT_OF_PAGES, "RecordPage"),
          new Rule(Part.KAFKA, "org/apache/kafka/"),
          new Rule(Part.KAFKA, "KafkaUnboundedReader"),
          new Rule(Part.INTO_SHUFFLE, "Coder.encode"),
          new Rule(Part.INTO_SHUFFLE, "Coder.write"),
          new Rule(Part.OUT_OF_SHUFFLE, "Coder.decode"),
          new Rule(Part.OUT_OF_SHUFFLE, "Coder.read"),
          new Rule(Part.STEPS, "org/apache/beam/"),
          new Rule(Part.STEPS, "org/apache/flink/"));

  /** Parts of Beam's and Flink's code, by a substring of a calling frame. */
  private static final List<Rule> PURPOSES =
      List.of(
          new Rule(Part.INTO_SHUFFLE, "RecordWriterOutput"),
          new Rule(Part.OUT_OF_SHUFFLE, "SpillingAdaptiveSpanningRecordDeserializer"),
          new Rule(Part.INSERT, "BatchInserter"),
          new Rule(Part.IDENTITIES, "KeyedStateBackend"),
          new Rule(Part.IDENTITIES, "FlinkTimerInternals"),
          new Rule(Part.IDENTITIES, "HeapMapState"),
          new Rule(Part.IDENTITIES, "FlinkMapState"));

  /** Reads a profile. */
  static ProfileByPart read(Path collapsed) {
    try (Stream<String> lines = Files.lines(collapsed)) {
      return of(lines);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + collapsed, e);
    }
  }

  /** Parses a profile's lines. */
  static ProfileByPart of(Stream<String> lines) {
    Map<Part, Long> samples = new EnumMap<>(Part.class);
    lines.forEach(
        line -> {
          int space = line.lastIndexOf(' ');
          String[] frames = line.substring(0, space).split(";", -1);
          samples.merge(part(frames), Long.parseLong(line.substring(space + 1)), Long::sum);
        });
    return new ProfileByPart(samples);
  }

  private static Part part(String[] stack) {
    String thread = stack[0];
    if (thread.contains("CompilerThre")) {
      return Part.COMPILER;
    } else if (thread.startsWith("[G1 ") || thread.contains("GC Thread")) {
      return Part.COLLECTOR;
    } else if (thread.startsWith("[main ") || thread.startsWith("[java ")) {
      return Part.START;
    } else if (thread.contains("AsyncOperations")) {
      return Part.CHECKPOINTS;
    } else if (thread.contains("KafkaConsumerPoll")) {
      return Arrays.stream(stack).anyMatch(frame -> frame.contains("RecordPage"))
          ? Part.INTO_PAGES
          : Part.KAFKA;
    } else if (thread.startsWith("[Source: ReadRecords")
        || thread.startsWith("[DeduplicateEvents/RememberIdentities")) {
      return innermost(stack);
    }
    return thread.startsWith("[Write") || thread.startsWith("[RollUp")
        ? Part.OTHER_TASKS
        : Part.OTHER_THREADS;
  }

  private static Part innermost(String[] stack) {
    Part part = innermost(stack, RULES);
    return part == Part.STEPS ? innermost(stack, PURPOSES) : part;
  }

  private static Part innermost(String[] stack, List<Rule> rules) {
    for (int i = stack.length - 1; i > 0; i--) {
      for (Rule rule : rules) {
        if (stack[i].contains(rule.name)) {
          return rule.part;
        }
      }
    }
    return Part.STEPS;
  }

  /** A part's share of the lasting parts, from 0 to 1. */
  double ofWhatLasts(Part part) {
    long all = 0;
    for (Map.Entry<Part, Long> entry : samples.entrySet()) {
      all += entry.getKey().lasts() ? entry.getValue() : 0;
    }
    return all == 0 ? 0 : (double) samples.getOrDefault(part, 0L) / all;
  }
}
