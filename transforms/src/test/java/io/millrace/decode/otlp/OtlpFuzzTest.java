package io.millrace.decode.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.Decoding;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** No bytes make anything but events, dead letters and failures of a whole record. */
class OtlpFuzzTest {
  private static final int ROUNDS = 2_000;

  private final Random random = new Random(29);

  @Test
  void logs() throws IOException {
    fuzz("otel-logs", Requests.logs(Requests.log().build(), Requests.log().build()));
  }

  @Test
  void traces() throws IOException {
    fuzz("otel-traces", Requests.traces(Requests.span().build(), Requests.span().build()));
  }

  @Test
  void metrics() throws IOException {
    fuzz("otel-metrics", Requests.metrics(Requests.allMetrics()));
  }

  private void fuzz(String name, Message request) throws IOException {
    String yaml = Decoding.resource("contracts/" + name + ".yaml");
    // Another contract declares next to nothing, so that all goes to the other column.
    String format = name.replace("otel", "otlp");
    List<OtlpDecoding> decodings =
        List.of(
            new OtlpDecoding(ContractLoader.parse(yaml, name)),
            OtlpDecoding.of(format, "json"),
            OtlpDecoding.of(
                format,
                "json",
                "flags: {type: uint64}",
                "attributes: {type: map, values: ipv6}",
                "name: {path: [resource, attributes, service.name], type: enum, values: [a]}"),
            OtlpDecoding.of(format, "map"));
    int alive = 0;
    int dead = 0;
    int whole = 0;
    for (OtlpDecoding decoding : decodings) {
      EventCoder coder = EventCoder.of(decoding.contract.schema());
      for (byte[] form : List.of(request.toByteArray(), OtlpJson.of(request).getBytes(UTF_8))) {
        for (int i = 0; i < ROUNDS; i++) {
          try {
            decoding.decode(mutated(form));
          } catch (DecodeException e) {
            assertEquals(0, decoding.events.size() + decoding.dead.size());
            whole++;
            continue;
          }
          alive += decoding.events.size();
          dead += decoding.dead.size();
          for (Event event : decoding.events) {
            if (i % 10 == 0) {
              assertEquals(event, copy(coder, event));
            }
          }
          replay(decoding);
        }
      }
    }
    assertTrue(alive > 1000 && dead > 1000 && whole > 1000, alive + " " + dead + " " + whole);
  }

  /** A dead element fails again, in the same way, when it is replayed with what was around it. */
  private static void replay(OtlpDecoding decoding) {
    for (SourceRecord element : List.copyOf(decoding.dead)) {
      List<Header> headers = new ArrayList<>(element.headers());
      headers.add(new Header(DeadLetterFactory.ELEMENT_HEADER, new byte[] {'0'}));
      try {
        decoding.decode(element.value(), headers.toArray(new Header[0]));
        // What is around it was bad for another reason than by itself.
        assertTrue(element.value().length == 0, "an element is valid when it is replayed");
      } catch (DecodeException e) {
        assertEquals(0, decoding.events.size());
      }
    }
  }

  private static Event copy(EventCoder coder, Event event) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    coder.encode(event, bytes);
    return coder.decode(new ByteArrayInputStream(bytes.toByteArray()));
  }

  private byte[] mutated(byte[] form) {
    byte[] bytes = form.clone();
    for (int n = random.nextInt(4); n >= 0; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] = bytes[random.nextInt(bytes.length)];
        case 2 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        default -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(12), bytes.length - Math.max(at, from));
          System.arraycopy(bytes, from, bytes, at, length);
        }
      }
    }
    return random.nextInt(20) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }

  /** The same request in both forms gives the same events, whatever is in it. */
  @Test
  void bothFormsGiveTheSameEvents() throws DecodeException {
    for (String name : List.of("otel-logs", "otel-traces", "otel-metrics")) {
      OtlpDecoding decoding = OtlpDecoding.shipped(name);
      RandomRequests requests = new RandomRequests(random);
      int alive = 0;
      int dead = 0;
      for (int i = 0; i < 400; i++) {
        Message request =
            switch (name) {
              case "otel-logs" -> requests.logs();
              case "otel-traces" -> requests.traces();
              default -> requests.metrics();
            };
        if (request.getSerializedSize() == 0) {
          continue;
        }
        decoding.decode(request.toByteArray());
        List<Object> rows = decoding.events.stream().map(e -> (Object) e.row()).toList();
        List<String> reasons = List.copyOf(decoding.reasons);
        decoding.decode(OtlpJson.of(request).getBytes(UTF_8));
        assertEquals(rows, decoding.events.stream().map(e -> (Object) e.row()).toList());
        assertEquals(reasons, decoding.reasons);
        alive += rows.size();
        dead += reasons.size();
      }
      assertTrue(alive > 50 && dead > 50, name + ": " + alive + " and " + dead);
    }
  }
}
