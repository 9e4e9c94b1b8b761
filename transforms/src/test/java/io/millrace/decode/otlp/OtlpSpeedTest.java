package io.millrace.decode.otlp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.measure.BestCpuTimes;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The cost of a log record beside that of OpenTelemetry's own library, which only makes a tree of
 * messages. The bound is far from what is measured.
 */
@Tag("both-compilers")
class OtlpSpeedTest {
  private static final int RECORDS = 100;
  private static final int PASSES = 60;
  private static final double BOUND = 12;

  @Test
  void besideTheProtocolsLibrary() throws Exception {
    LogRecord[] logs = new LogRecord[RECORDS];
    Random random = new Random(3);
    long size = 0;
    for (int i = 0; i < RECORDS; i++) {
      logs[i] = log(random);
      size += logs[i].getSerializedSize();
    }
    Message request = Requests.logs(logs);
    byte[] bytes = request.toByteArray();
    RecordDecoder decoder = OtlpDecoding.shipped("otel-logs").decoder;
    Sum sum = new Sum();
    SourceRecord protobuf = OtlpDecoding.record(bytes);
    SourceRecord json = OtlpDecoding.record(OtlpJson.of(request).getBytes(StandardCharsets.UTF_8));
    long[] best =
        BestCpuTimes.of(
            times -> times[1] < BOUND * times[0],
            () -> {
              for (int pass = 0; pass < PASSES; pass++) {
                sum.total += ExportLogsServiceRequest.parseFrom(bytes).getResourceLogsCount();
              }
            },
            () -> decode(decoder, protobuf, sum),
            () -> decode(decoder, json, sum));
    double ratio = (double) best[1] / best[0];
    System.out.printf(
        "OTLP log record of %d bytes: %d ns a record from protobuf, %d ns a record from JSON,"
            + " %d ns a record for the tree alone, ratio %.2f (%d)%n",
        size / RECORDS,
        best[1] / (RECORDS * PASSES),
        best[2] / (RECORDS * PASSES),
        best[0] / (RECORDS * PASSES),
        ratio,
        sum.total & 1);
    assertTrue(ratio < BOUND, "decoding takes " + ratio + " times as long as a tree");
  }

  private static void decode(RecordDecoder decoder, SourceRecord record, Sum sum) throws Exception {
    for (int pass = 0; pass < PASSES; pass++) {
      decoder.decode(record, sum);
    }
  }

  private static LogRecord log(Random random) {
    LogRecord.Builder log = Requests.log().clearAttributes().clearDroppedAttributesCount();
    log.setBody(Requests.text("GET /api/v1/orders/" + random.nextInt() + " " + "x".repeat(200)));
    log.addAttributes(Requests.pair("http.request.method", "GET"));
    log.addAttributes(Requests.pair("http.response.status_code", Requests.integer(200)));
    log.addAttributes(Requests.pair("url.path", "/api/v1/orders/" + random.nextInt(1000)));
    log.addAttributes(Requests.pair("server.address", "orders.example.com"));
    log.addAttributes(Requests.pair("thread.name", "worker-" + random.nextInt(8)));
    log.addAttributes(Requests.pair("user.id", "user" + random.nextInt(100_000)));
    log.addAttributes(Requests.pair("code.function", "io.example.Orders.find"));
    return log.build();
  }

  private static final class Sum implements RecordDecoder.Receiver {
    private long total;

    @Override
    public void event(Event event) {
      total += event.identityLow();
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {
      throw new AssertionError(reason);
    }
  }
}
