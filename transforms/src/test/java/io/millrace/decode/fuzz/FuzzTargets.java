package io.millrace.decode.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.json.Decoding;
import io.millrace.decode.protobuf.ProtoSources;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/**
 * All formats with contracts that declare every type of a field, and seeds for each.
 *
 * <p>The seeds of a target are the lines of its file in the resources {@code fuzz}. In a line,
 * {@code \xNN} is a byte and {@code \n} a newline. An input that once failed belongs there too.
 */
final class FuzzTargets {
  static final List<String> NAMES =
      List.of(
          "json",
          "json-lenient",
          "json-elements",
          "influx",
          "influx-fields",
          "csv",
          "csv-header",
          "otlp-logs",
          "otlp-traces",
          "otlp-metrics",
          "avro",
          "protobuf",
          "gzip",
          "zstd");

  private static final String EVENT = Decoding.resource("fuzz/event.yaml");

  private FuzzTargets() {}

  /** Whether records of a target are fields of Protobuf, at least in some of its seeds. */
  static boolean isProtobuf(String name) {
    return name.equals("protobuf") || name.startsWith("otlp-");
  }

  /** How an input that is mutated becomes a record: most are one as they are. */
  static UnaryOperator<byte[]> packing(String name) {
    return switch (name) {
      case "gzip" -> FuzzTargets::gzip;
      case "zstd" -> Zstd::compress;
      default -> bytes -> bytes;
    };
  }

  static FuzzTarget open(String name) {
    return new FuzzTarget(name, contract(name), seeds(name));
  }

  private static Contract contract(String name) {
    return switch (name) {
      case "json-lenient" ->
          parsed(
              EVENT.replaceAll(
                  "(?m)^(  [ilfbw]: \\{type: \\w+)", "$1, lenient: true, on_invalid: null"));
      case "json-elements" -> shipped("telegraf");
      case "influx" -> parsed(Decoding.resource("fuzz/influx.yaml"));
      case "influx-fields" -> parsed(Decoding.resource("fuzz/influx-fields.yaml"));
      case "csv" -> parsed(Decoding.resource("fuzz/csv.yaml"));
      case "csv-header" ->
          parsed(Decoding.resource("fuzz/csv.yaml").replaceAll("columns: '.*?'", "header: true"));
      case "otlp-logs", "otlp-traces", "otlp-metrics" -> shipped(name.replace("otlp", "otel"));
      case "avro" -> formatted("{type: avro, schema: event.avsc}");
      case "protobuf" -> formatted("{type: protobuf, schema: event.desc, message: t.Event}");
      case "gzip", "zstd" ->
          parsed(EVENT.replace("format: json", "format: json\ncompression: " + name));
      default -> parsed(EVENT);
    };
  }

  private static Contract formatted(String format) {
    return parsed(EVENT.replace("format: json", "format: " + format));
  }

  private static Contract parsed(String yaml) {
    return ContractLoader.parse(yaml, "fuzz.yaml", FuzzTargets::file);
  }

  private static Contract shipped(String name) {
    return ContractLoader.parse(Decoding.resource("contracts/" + name + ".yaml"), name + ".yaml");
  }

  private static byte[] file(String name) {
    return name.endsWith(".desc")
        ? FileDescriptorSet.newBuilder()
            .addFile(ProtoSources.parse("event.proto", Decoding.resource("fuzz/event.proto")))
            .build()
            .toByteArray()
        : Decoding.resource("fuzz/" + name).getBytes(UTF_8);
  }

  /** The seeds before packing. */
  private static List<byte[]> seeds(String name) {
    String file =
        switch (name) {
          case "json-lenient", "gzip", "zstd" -> "json";
          case "influx-fields" -> "influx";
          case "csv-header" -> "csv";
          default -> name;
        };
    return Decoding.lines("fuzz/" + file + ".seeds").stream().map(FuzzTargets::bytes).toList();
  }

  private static byte[] bytes(String line) {
    byte[] text = line.getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < text.length; i++) {
      char next = text[i] == '\\' && i + 1 < text.length ? (char) text[i + 1] : 0;
      if (next == 'x') {
        out.write(Integer.parseInt(new String(text, i + 2, 2, ISO_8859_1), 16));
        i += 3;
      } else if (next == 'n') {
        out.write('\n');
        i++;
      } else {
        out.write(text[i]);
      }
    }
    return out.toByteArray();
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
