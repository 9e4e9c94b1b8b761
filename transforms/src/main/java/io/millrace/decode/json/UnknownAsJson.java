package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonToken;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.ObjectKeys.Member;
import io.millrace.event.Utf8Slice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Unknown fields as the text of one JSON object: keys and values are copied from the event byte by
 * byte, under the declared objects and arrays they came in. In an array of records every element
 * before one with unknown fields stands as {@code {}}, so that places in the array stay.
 */
final class UnknownAsJson implements UnknownFieldCollector {
  private static final int KEPT = 1 << 16;

  private byte[] buffer = new byte[256];
  private int length;

  // For each level that is written: whether an element is open, and how many are past
  private boolean[] elementOpen = new boolean[8];
  private int[] elementsPast = new int[8];
  private int open;

  @Override
  public void clear() {
    if (buffer.length > KEPT) {
      buffer = new byte[256];
    }
    length = 0;
    open = 0;
  }

  @Override
  public void add(JsonInput in, JsonLocation location) throws IOException, DecodeException {
    in.sliceKey();
    begin(location);
    write(in.bytes(), in.sliceFrom(), in.sliceTo());
    write(':');
    in.sliceValue(in.next());
    write(in.bytes(), in.sliceFrom(), in.sliceTo());
  }

  @Override
  public void keep(JsonInput in, Member member, JsonToken token, JsonLocation location) {
    begin(location);
    writeKey(member);
    write(in.bytes(), in.sliceFrom(), in.sliceTo());
  }

  private record Mark(int length, int open, boolean[] elementOpen, int[] elementsPast) {}

  @Override
  public Object mark() {
    return new Mark(
        length, open, Arrays.copyOf(elementOpen, open), Arrays.copyOf(elementsPast, open));
  }

  @Override
  public void rollback(Object mark) {
    Mark to = (Mark) mark;
    length = to.length;
    open = to.open;
    System.arraycopy(to.elementOpen, 0, elementOpen, 0, open);
    System.arraycopy(to.elementsPast, 0, elementsPast, 0, open);
  }

  private void begin(JsonLocation location) {
    if (length == 0) {
      write('{');
    }
    open(location);
    separate();
  }

  private void writeKey(Member member) {
    byte[] json = member.json.getBytes(StandardCharsets.UTF_8);
    write(json, 0, json.length);
    write(':');
  }

  private void open(JsonLocation location) {
    for (int level = 0; level < location.depth(); level++) {
      if (level == open) {
        if (open == elementsPast.length) {
          elementOpen = Arrays.copyOf(elementOpen, 2 * open);
          elementsPast = Arrays.copyOf(elementsPast, 2 * open);
        }
        separate();
        writeKey(location.member(level));
        write(location.isArray(level) ? '[' : '{');
        elementOpen[level] = false;
        elementsPast[level] = 0;
        open++;
      }
      if (location.isArray(level) && !elementOpen[level]) {
        for (; elementsPast[level] < location.element(level); elementsPast[level]++) {
          separate();
          write('{');
          write('}');
        }
        separate();
        write('{');
        elementOpen[level] = true;
      }
    }
  }

  @Override
  public void elementEnds(JsonLocation location) {
    int level = location.depth() - 1;
    if (level < open && elementOpen[level]) {
      write('}');
      elementOpen[level] = false;
      elementsPast[level]++;
    }
  }

  @Override
  public void ends(JsonLocation location) {
    int level = location.depth() - 1;
    if (level < open) {
      write(location.isArray(level) ? ']' : '}');
      open--;
    }
  }

  @Override
  public Object result() {
    if (length == 0) {
      return "";
    }
    write('}');
    return new Utf8Slice(Arrays.copyOf(buffer, length), 0, length);
  }

  private void separate() {
    byte last = buffer[length - 1];
    if (last != '{' && last != '[') {
      write(',');
    }
  }

  private void write(char c) {
    reserve(1);
    buffer[length++] = (byte) c;
  }

  private void write(byte[] bytes, int from, int to) {
    reserve(to - from);
    System.arraycopy(bytes, from, buffer, length, to - from);
    length += to - from;
  }

  private void reserve(int more) {
    if (length + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(length + more, 2 * buffer.length));
    }
  }
}
