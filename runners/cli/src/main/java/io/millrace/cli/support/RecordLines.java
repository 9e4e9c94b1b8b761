package io.millrace.cli.support;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Splits the bytes of a file into one record a line. */
public final class RecordLines {
  private RecordLines() {}

  /** The lines that are not blank, without their ends ({@code \n} or {@code \r\n}). */
  public static List<byte[]> of(byte[] bytes) {
    List<byte[]> lines = new ArrayList<>();
    int begin = 0;
    boolean blank = true;
    for (int i = 0; i <= bytes.length; i++) {
      if (i < bytes.length && bytes[i] != '\n') {
        blank &= bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\r';
        continue;
      }
      if (!blank) {
        lines.add(Arrays.copyOfRange(bytes, begin, bytes[i - 1] == '\r' ? i - 1 : i));
      }
      begin = i + 1;
      blank = true;
    }
    return lines;
  }
}
