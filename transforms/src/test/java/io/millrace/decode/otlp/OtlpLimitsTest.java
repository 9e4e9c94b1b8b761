package io.millrace.decode.otlp;

import static io.millrace.decode.otlp.OtlpDecoding.NANOS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import io.millrace.decode.DecodeException;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limits of a contract, for a record and for its elements. */
class OtlpLimitsTest {
  private static List<byte[]> forms(Message request) {
    return List.of(request.toByteArray(), OtlpJson.of(request).getBytes(UTF_8));
  }

  @Test
  void deepValuesAreDead() throws DecodeException {
    OtlpDecoding decoding = OtlpDecoding.of("otlp-logs", "json", "body: {type: text}");
    AnyValue value = Requests.text("x");
    for (int i = 0; i < 70; i++) {
      value = AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(value)).build();
    }
    LogRecord log = LogRecord.newBuilder().setTimeUnixNano(NANOS).setBody(value).build();
    for (byte[] form : forms(Requests.logs(log))) {
      decoding.decode(form);
      assertTrue(decoding.reasons.get(0).startsWith("too_deep "), decoding.reasons.get(0));
    }
  }

  @Test
  void limitsOfARecordAndOfAnElement() throws DecodeException {
    OtlpDecoding decoding =
        new OtlpDecoding(
            OtlpDecoding.contract(
                "otlp-logs", "json", "max_bytes: 100, max_events: 2, max_record_bytes: 100000"));
    LogRecord small = LogRecord.newBuilder().setTimeUnixNano(NANOS).build();
    LogRecord large = small.toBuilder().setBody(Requests.text("x".repeat(200))).build();
    for (byte[] form : forms(Requests.logs(small, large))) {
      decoding.decode(form);
      assertEquals(List.of("too_large expected at most 100 bytes"), decoding.reasons);
    }
    for (byte[] form : forms(Requests.logs(small, small, small))) {
      DecodeException e = assertThrows(DecodeException.class, () -> decoding.decode(form));
      assertEquals("too_large", e.code().label());
      assertEquals(0, decoding.events.size());
    }
    LogRecord huge = small.toBuilder().setBody(Requests.text("x".repeat(100_000))).build();
    DecodeException e =
        assertThrows(
            DecodeException.class, () -> decoding.decode(Requests.logs(huge).toByteArray()));
    assertEquals("too_large", e.code().label());
  }
}
