package io.millrace.bench.speed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.is;

import io.millrace.bench.speed.ProfileByPart.Part;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileByPartTest {
  private static final String SOURCE = "[Source: ReadRecords/KafkaIO (1/2)#0 tid=7];Task.doRun;";
  private static final String DEDUPE =
      "[DeduplicateEvents/RememberIdentities -> (TagErrors tid=8];";

  private static ProfileByPart of(String stack) {
    return ProfileByPart.of(Stream.of(stack + " 3"));
  }

  @ParameterizedTest
  @CsvSource({
    "JSON,"
        + " io/millrace/decode/json/JsonDecoder.decode;com/fasterxml/jackson/core/X.next;java/util/A.b",
    "UTF8, io/millrace/decode/json/JsonDecoder.decode;io/millrace/decode/Utf8Validator.check",
    "UTF8, io/millrace/decode/json/JsonDecoder.quick;io/millrace/text/Utf8.firstInvalid",
    "JSON, io/millrace/decode/json/QuickTokens.string;io/millrace/text/ByteScan.closingQuote",
    "STEPS, io/millrace/transforms/DecodeEvents$DecodeFn.decode;org/apache/beam/sdk/DoFn.output",
    "INTO_SHUFFLE, org/apache/flink/RecordWriterOutput.collect;org/apache/flink/Buffer.append",
    "INTO_SHUFFLE, org/apache/flink/X.collect;io/millrace/event/EventCoder.encode;java/io/A.write",
    "OUT_OF_PAGES, io/millrace/source/RecordPage.unpack;java/nio/HeapByteBuffer.getLong",
    "KAFKA, org/apache/beam/sdk/io/kafka/KafkaUnboundedReader.advance",
    "STEPS, java/lang/Thread.run"
  })
  void theInnermostCodeThatIsKnownCounts(Part part, String frames) {
    assertThat(of(SOURCE + frames).samples(), is(Map.of(part, 3L)));
  }

  @ParameterizedTest
  @CsvSource({
    "LZ4, io/millrace/sink/clickhouse/BatchInserter.write;net/jpountz/lz4/LZ4JNI.LZ4_compress_x",
    "INSERT, io/millrace/sink/clickhouse/BatchInserter.write;org/apache/hc/core5/http/A.b",
    "AUDIT,"
        + " io/millrace/sink/clickhouse/BatchInserter.write;io/millrace/sink/clickhouse/AuditRows.of",
    "IDENTITIES, io/millrace/X.process;org/apache/flink/runtime/state/heap/HeapMapState.get",
    "ROWS, io/millrace/sink/clickhouse/RowBlockBuilder.add;java/util/Arrays.copyOf"
  })
  void theOtherTaskIsSharedOutToo(Part part, String frames) {
    assertThat(of(DEDUPE + frames).samples(), is(Map.of(part, 3L)));
  }

  @ParameterizedTest
  @CsvSource({
    "COMPILER, [C2 CompilerThre tid=1]",
    "COLLECTOR, [GC Thread#0 tid=1]",
    "START, [main tid=1]",
    "CHECKPOINTS, [AsyncOperations-thread-1 tid=1]",
    "KAFKA, [KafkaConsumerPoll-thread tid=1]",
    "OTHER_TASKS, [WriteOutcomes/clickhouse/Write/BatchAudit (1/2)#0 tid=1]",
    "OTHER_THREADS, [OutputFlusher for Source: ReadRecords tid=1]"
  })
  void threadsOfOneKindAreOnePart(Part part, String thread) {
    assertThat(of(thread + ";java/lang/Thread.run").samples(), is(Map.of(part, 3L)));
  }

  @Test
  void whatDoesNotLastIsNotAShare() {
    ProfileByPart shares =
        ProfileByPart.of(
            Stream.of(
                "[C2 CompilerThre tid=1];x 60",
                "[main tid=2];x 20",
                "[GC Thread#0 tid=3];x 5",
                SOURCE + "io/millrace/decode/X.y 15"));
    assertThat(shares.ofWhatLasts(Part.COLLECTOR), closeTo(0.25, 1e-9));
    assertThat(shares.ofWhatLasts(Part.JSON), closeTo(0.75, 1e-9));
    assertThat(shares.ofWhatLasts(Part.ROWS), closeTo(0, 1e-9));
  }
}
