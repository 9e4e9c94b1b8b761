package io.millrace.testdata.generate;

import io.millrace.testdata.workload.ByteBuilder;
import io.millrace.testdata.workload.JsonText;
import java.util.random.RandomGenerator;

/** Writes payloads of every JSON type and of a given size. */
final class PayloadWriter {
  /** Short texts as in telemetry. Many of them test escapes and Unicode in decoders. */
  private static final String[] TEXTS = {
    "scan of part 20260301_1_117_3 done, 8192 rows a granule",
    "Größe der Zwischenablage überschritten, weiche auf Platte aus",
    "スキャン完了：行数を確認してください",
    "cache miss on mark file \"primary.cidx\"",
    "C:\\data\\export\\monthly.csv",
    "line one\nline two\r\n\tindented",
    "🚀 nightly job 👩‍👩‍👧‍👦 finished 🏁",
    "path /var/lib/engine/store/7f3/data.bin",
    "查询在第三阶段等待锁",
    "naïve café — “quoted”, 50 % of 3 €",
    "merge of 14 parts into one, 1.23 GiB, 4.1 s",
    "key={\"a\":[1,2,3]} looks like JSON but is text",
    "bell and form feed: \b \f, unit separator: \u001f",
    "Ελληνικά, עברית, العربية, हिन्दी",
    "𝒯𝓮𝔁𝓽 beyond the basic plane 𐍈 and 🜁",
    "spilled 512 MiB to disk while joining orders to customers",
    "line separator \u2028 and paragraph separator \u2029 are legal",
    "node-07 answered after 3 attempts",
    "resultset truncated at the client's limit of 10000 rows",
    "zero width\u200b joiner and a combining e\u0301",
  };

  private final JsonText[] samples = JsonText.rawAndEscaped(TEXTS);
  private final RandomGenerator random;

  PayloadWriter(RandomGenerator random) {
    this.random = random;
  }

  /** Writes a payload that may be as small as a number. */
  void writeAny(ByteBuilder out) {
    out.clear();
    switch (random.nextInt(4)) {
      case 0 -> number(out);
      case 1 -> out.add(sample());
      default -> writeAtLeast(out, 20);
    }
  }

  /** Writes a payload of at least this many bytes and about 300 more at most. */
  void writeAtLeast(ByteBuilder out, int bytes) {
    out.clear();
    switch (random.nextInt(5)) {
      case 0 -> text(out, bytes);
      case 1 -> array(out, bytes);
      case 2 -> nested(out, bytes);
      default -> object(out, bytes);
    }
  }

  private byte[] sample() {
    return samples[random.nextInt(samples.length)].json();
  }

  private void number(ByteBuilder out) {
    switch (random.nextInt(4)) {
      case 0 -> out.number(random.nextInt(1_000_000));
      case 1 -> out.number(-random.nextLong(1L << 62));
      case 2 -> out.number(random.nextInt(1000)).add('.').number(random.nextInt(1000));
      default -> out.number(1 + random.nextInt(9)).ascii(".25e-").number(random.nextInt(20));
    }
  }

  private void text(ByteBuilder out, int bytes) {
    out.add('"');
    do {
      byte[] json = sample();
      out.add(json, 1, json.length - 2).add(' ');
    } while (out.size() < bytes);
    out.add('"');
  }

  private void object(ByteBuilder out, int bytes) {
    out.ascii("{\"stage\":").number(random.nextInt(12)).ascii(",\"node\":\"n");
    out.number(random.nextInt(64)).ascii("\",\"ok\":true,").utf8("\"größe\":{},\"next\":null");
    int member = 0;
    while (out.size() < bytes - 1) {
      out.ascii(",\"note").number(member++).ascii("\":").add(sample());
    }
    out.add('}');
  }

  private void array(ByteBuilder out, int bytes) {
    out.add('[');
    number(out);
    while (out.size() < bytes - 1) {
      out.add(',');
      switch (random.nextInt(6)) {
        case 0 -> number(out);
        case 1 -> out.ascii("null");
        case 2 -> out.ascii("[]");
        case 3 -> out.ascii("{\"part\":").number(random.nextInt(99)).ascii(", \"rows\": 8192}");
        default -> out.add(sample());
      }
    }
    out.add(']');
  }

  private void nested(ByteBuilder out, int bytes) {
    int wanted = 2 + random.nextInt(14);
    int depth = 0;
    do {
      out.ascii(depth % 3 == 2 ? "[{\"op\":" : "{\"op\":").add(sample());
      out.ascii(",\"in\":");
      depth++;
    } while (depth < wanted && out.size() < bytes - 2 * depth);
    out.add('[').number(random.nextInt(1000));
    while (out.size() < bytes) {
      out.add(',').add(sample());
    }
    out.add(']');
    for (int i = depth - 1; i >= 0; i--) {
      out.ascii(i % 3 == 2 ? "}]" : "}");
    }
  }
}
