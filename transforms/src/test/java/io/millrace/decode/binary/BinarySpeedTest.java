package io.millrace.decode.binary;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.decode.json.Decoding;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.measure.BestCpuTimes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The cost of a query event of 1.2 KB in Avro and Protobuf beside the same event in JSON, in one
 * run. The bound is far from what is measured: it finds a problem of a whole factor, not a slow
 * machine.
 */
@Tag("both-compilers")
class BinarySpeedTest {
  private static final int EVENTS = 500;
  private static final int PASSES = 40;

  private static final String SCHEMA =
      """
      {"type": "record", "name": "QueryEvent", "fields": [
        {"name": "query_id", "type": "string"},
        {"name": "timestamp", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "event_type", "type": "string"},
        {"name": "query_text", "type": ["null", "string"]},
        {"name": "metadata", "type": {"type": "record", "name": "Metadata", "fields": [
          {"name": "user_id", "type": ["null", "string"]},
          {"name": "database", "type": ["null", "string"]},
          {"name": "duration_ms", "type": ["null", "long"]},
          {"name": "rows_affected", "type": ["null", "long"]},
          {"name": "error", "type": ["null", "string"]}]}},
        {"name": "payload", "type": ["null", "string"]}]}
      """;

  private static final String[] TOP = {
    "query_id", "timestamp", "event_type", "query_text", "metadata", "payload"
  };
  private static final String[] METADATA = {
    "user_id", "database", "duration_ms", "rows_affected", "error"
  };

  private static final FileDescriptorProto PROTO = proto();

  private static FileDescriptorProto proto() {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder().setName("e.proto").setSyntax("proto2");
    fields(file.addMessageTypeBuilder().setName("Metadata"), METADATA);
    fields(file.addMessageTypeBuilder().setName("QueryEvent"), TOP);
    return file.build();
  }

  private static void fields(DescriptorProto.Builder message, String[] names) {
    for (String name : names) {
      FieldDescriptorProto.Builder field =
          message.addFieldBuilder().setName(name).setNumber(message.getFieldCount());
      switch (name) {
        case "metadata" -> field.setTypeName("Metadata");
        case "timestamp", "duration_ms", "rows_affected" ->
            field.setType(FieldDescriptorProto.Type.TYPE_INT64);
        default -> field.setType(FieldDescriptorProto.Type.TYPE_STRING);
      }
    }
  }

  private final List<SourceRecord> protobuf = new ArrayList<>();
  private final List<SourceRecord> json = new ArrayList<>();
  private final List<SourceRecord> avro = new ArrayList<>();
  private final Schema schema = new Schema.Parser().parse(SCHEMA);

  private static Contract contract(String format) {
    return ContractLoader.parse(
        Decoding.resource("contracts/query-events.yaml")
            .replace("format: json", format)
            .replace(
                "format: iso8601",
                format.contains("protobuf") ? "format: epoch_ms" : "format: iso8601"),
        "query-events.yaml",
        name ->
            name.endsWith(".avsc")
                ? SCHEMA.getBytes(StandardCharsets.UTF_8)
                : FileDescriptorSet.newBuilder().addFile(PROTO).build().toByteArray());
  }

  @Test
  void besideTheSameEventInJson() throws Exception {
    generate();
    RecordDecoder fromJson = RecordDecoder.compile(contract("format: json"), () -> Decoding.NOW);
    RecordDecoder fromAvro =
        RecordDecoder.compile(contract("format: {type: avro, schema: s.avsc}"), () -> Decoding.NOW);
    RecordDecoder fromProtobuf =
        RecordDecoder.compile(
            contract("format: {type: protobuf, schema: e.desc, message: QueryEvent}"),
            () -> Decoding.NOW);
    Sum sum = new Sum();
    long[] best =
        BestCpuTimes.of(
            times -> times[3] < 4 * times[0] && times[1] < 2 * times[0],
            () -> decode(fromJson, json, sum),
            () -> decode(fromAvro, avro, sum),
            () -> trees(sum),
            () -> decode(fromProtobuf, protobuf, sum));
    double ratio = (double) best[1] / best[0];
    System.out.printf(
        "avro %d bytes: %d ns an event; json %d bytes: %d ns; ratio %.2f; GenericRecord alone: %d"
            + " ns; protobuf %d bytes: %d ns, ratio %.2f (%d)%n",
        avro.get(0).value().length,
        best[1] / (EVENTS * PASSES),
        json.get(0).value().length,
        best[0] / (EVENTS * PASSES),
        ratio,
        best[2] / (EVENTS * PASSES),
        protobuf.get(0).value().length,
        best[3] / (EVENTS * PASSES),
        (double) best[3] / best[0],
        sum.identities & 1);
    assertTrue(best[3] < 4 * best[0], "Protobuf");
    assertTrue(ratio < 2, "an event in Avro takes " + ratio + " times one in JSON");
  }

  private static void decode(RecordDecoder decoder, List<SourceRecord> records, Sum sum)
      throws DecodeException {
    for (int pass = 0; pass < PASSES; pass++) {
      for (SourceRecord record : records) {
        decoder.decode(record, sum);
      }
    }
  }

  /** Avro's own reader, to a tree. */
  private void trees(Sum sum) throws Exception {
    GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(schema);
    BinaryDecoder decoder = null;
    for (int pass = 0; pass < PASSES; pass++) {
      for (SourceRecord record : avro) {
        decoder = DecoderFactory.get().binaryDecoder(record.value(), decoder);
        sum.identities += (long) reader.read(null, decoder).get("timestamp");
      }
    }
  }

  /** Uses each event, so that none can be left out. */
  private static final class Sum implements RecordDecoder.Receiver {
    private long identities;

    @Override
    public void event(Event event) {
      identities += event.identityLow();
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {
      throw new AssertionError(reason);
    }
  }

  private static byte[] bytes(GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  /** The same values as a message. */
  private static Message message(String name, GenericRecord record)
      throws DescriptorValidationException {
    Descriptor type =
        FileDescriptor.buildFrom(PROTO, new FileDescriptor[0]).findMessageTypeByName(name);
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      Object value = record.get(field.getName());
      if (value instanceof GenericRecord nested) {
        byte[] bytes = message("Metadata", nested).toByteArray();
        try {
          message.setField(field, DynamicMessage.parseFrom(field.getMessageType(), bytes));
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
      } else if (value != null) {
        message.setField(field, value);
      }
    }
    return message.build();
  }

  private void generate() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < EVENTS; i++) {
      StringBuilder query = new StringBuilder("SELECT ");
      while (query.length() < 430) {
        query.append("column_").append(random.nextInt(1000)).append(", ");
      }
      StringBuilder payload = new StringBuilder();
      for (int k = 0; k < 18; k++) {
        payload.append("stage ").append(random.nextInt(100_000)).append(" has been passed; ");
      }
      GenericRecord metadata = new GenericData.Record(schema.getField("metadata").schema());
      metadata.put("user_id", "user" + random.nextInt(1000));
      metadata.put("database", "sales");
      metadata.put("duration_ms", (long) random.nextInt(100_000));
      metadata.put("rows_affected", (long) random.nextInt(1_000_000));
      GenericRecord event = new GenericData.Record(schema);
      event.put("query_id", new UUID(random.nextLong(), random.nextLong()).toString());
      event.put("timestamp", 1_772_359_200_000L + random.nextInt(3_600_000));
      event.put("event_type", "query_finished");
      event.put("query_text", query.toString());
      event.put("metadata", metadata);
      event.put("payload", payload.toString());
      avro.add(Decoding.record(bytes(event)));
      protobuf.add(Decoding.record(message("QueryEvent", event).toByteArray()));
      String text =
          """
          {"query_id":"%s","timestamp":"%s","event_type":"query_finished","query_text":"%s",\
          "metadata":{"user_id":"%s","database":"sales","duration_ms":%s,"rows_affected":%s},\
          "payload":"%s"}"""
              .formatted(
                  event.get("query_id"),
                  java.time.Instant.ofEpochMilli((long) event.get("timestamp")),
                  query,
                  metadata.get("user_id"),
                  metadata.get("duration_ms"),
                  metadata.get("rows_affected"),
                  payload);
      json.add(Decoding.record(Decoding.utf8(text)));
    }
  }
}
