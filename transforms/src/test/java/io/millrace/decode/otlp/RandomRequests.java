package io.millrace.decode.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.Random;

/** Requests with any values in any fields. */
final class RandomRequests {
  private static final String[] TEXTS = {"", "a", "é\u0007\"\\/", "😀", "service.name", "k1", "k2"};

  private final Random random;

  RandomRequests(Random random) {
    this.random = random;
  }

  Message logs() {
    return fill(ExportLogsServiceRequest.newBuilder(), 0);
  }

  Message traces() {
    return fill(ExportTraceServiceRequest.newBuilder(), 0);
  }

  Message metrics() {
    return fill(ExportMetricsServiceRequest.newBuilder(), 0);
  }

  private Message fill(Message.Builder builder, int depth) {
    for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
      boolean outer = depth < 3;
      if (field.getName().contains("deprecated") || (!outer && random.nextInt(3) == 0)) {
        continue;
      }
      if (field.getContainingOneof() != null
          && builder.hasOneof(field.getContainingOneof())
          && random.nextInt(2) == 0) {
        continue;
      }
      if (field.getType() == FieldDescriptor.Type.MESSAGE && depth > 8) {
        continue;
      }
      if (field.isRepeated()) {
        for (int n = random.nextInt(outer ? 3 : 4); n > 0; n--) {
          builder.addRepeatedField(field, value(builder, field, depth));
        }
      } else {
        builder.setField(field, value(builder, field, depth));
      }
    }
    return builder.build();
  }

  private Object value(Message.Builder builder, FieldDescriptor field, int depth) {
    int size = random.nextInt(64);
    return switch (field.getType()) {
      case MESSAGE -> fill(builder.newBuilderForField(field), depth + 1);
      case STRING ->
          field.getName().equals("key")
              ? "key" + random.nextInt(1 << 20)
              : TEXTS[random.nextInt(TEXTS.length)];
      case BYTES -> {
        int length = field.getName().equals("trace_id") ? 16 : 8;
        byte[] bytes = new byte[random.nextInt(8) == 0 ? 0 : length];
        random.nextBytes(bytes);
        yield ByteString.copyFrom(bytes);
      }
      case ENUM ->
          field
              .getEnumType()
              .getValues()
              .get(random.nextInt(field.getEnumType().getValues().size()));
      case BOOL -> random.nextBoolean();
      case DOUBLE ->
          size == 0
              ? (Object) Double.NaN
              : size < 8 ? 0.0 : size < 12 ? -0.0 : random.nextGaussian();
      case FIXED64 ->
          field.getName().contains("time") && size > 0
              ? OtlpDecoding.NANOS + random.nextInt(1000)
              : random.nextLong() >>> (size & 62);
      case INT64, SFIXED64, SINT64, UINT64 -> random.nextLong() >> size;
      default -> random.nextInt() >> (size & 31);
    };
  }
}
