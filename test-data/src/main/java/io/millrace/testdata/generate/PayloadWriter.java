package io.millrace.testdata.generate;

import io.millrace.testdata.workload.ByteBuilder;
import java.util.random.RandomGenerator;

/** Writes payloads of every JSON type and of a given size. */
final class PayloadWriter {
  private final TextSamples texts = new TextSamples();
  private final RandomGenerator random;

  PayloadWriter(RandomGenerator random) {
    this.random = random;
  }

  /** Writes a payload that may be as small as a number. */
  void writeAny(ByteBuilder out) {
    out.clear();
    switch (random.nextInt(4)) {
      case 0 -> number(out);
      case 1 -> out.add(texts.draw(random).json());
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
      byte[] json = texts.draw(random).json();
      out.add(json, 1, json.length - 2).add(' ');
    } while (out.size() < bytes);
    out.add('"');
  }

  private void object(ByteBuilder out, int bytes) {
    out.ascii("{\"stage\":").number(random.nextInt(12)).ascii(",\"node\":\"n");
    out.number(random.nextInt(64)).ascii("\",\"ok\":true,").utf8("\"größe\":{},\"next\":null");
    int member = 0;
    while (out.size() < bytes - 1) {
      out.ascii(",\"note").number(member++).ascii("\":").add(texts.draw(random).json());
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
        default -> out.add(texts.draw(random).json());
      }
    }
    out.add(']');
  }

  private void nested(ByteBuilder out, int bytes) {
    int wanted = 2 + random.nextInt(14);
    int depth = 0;
    do {
      out.ascii(depth % 3 == 2 ? "[{\"op\":" : "{\"op\":").add(texts.draw(random).json());
      out.ascii(",\"in\":");
      depth++;
    } while (depth < wanted && out.size() < bytes - 2 * depth);
    out.add('[').number(random.nextInt(1000));
    while (out.size() < bytes) {
      out.add(',').add(texts.draw(random).json());
    }
    out.add(']');
    for (int i = depth - 1; i >= 0; i--) {
      out.ascii(i % 3 == 2 ? "}]" : "}");
    }
  }
}
