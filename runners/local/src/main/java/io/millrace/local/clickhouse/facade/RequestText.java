package io.millrace.local.clickhouse.facade;

import io.millrace.local.clickhouse.sql.Statement;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The SQL of one request followed by its insert data: the {@code query} parameter, a line end, the
 * body. Keeps only the SQL part of the body in memory; the rest is streamed.
 */
final class RequestText {
  private static final int FIRST_READ = 1 << 16;

  /** Maximum length of SQL; the engine's limit, max_query_size, is 256 KiB by default. */
  private static final int MAX_SQL = 64 << 20;

  private final InputStream body;
  private final int parameterLength;
  private byte[] text;
  private int length;
  private Statement statement;

  private RequestText(byte[] parameter, InputStream body) {
    this.body = body;
    this.parameterLength = parameter.length;
    this.text = Arrays.copyOf(parameter, parameter.length + FIRST_READ + 1);
    this.length = parameter.length;
    if (length > 0) {
      text[length++] = '\n';
    }
  }

  /** Reads until the statement is parsed. */
  static RequestText read(String queryParameter, InputStream body) throws IOException {
    RequestText read = new RequestText(queryParameter.getBytes(StandardCharsets.UTF_8), body);
    boolean more = true;
    while (more) {
      int free = read.text.length - read.length;
      int count = body.readNBytes(read.text, read.length, free);
      more = count == free;
      read.length += count;
      read.statement = Statement.parse(read.text, read.length);
      if (!more || read.hasData()) {
        break;
      }
      if (read.text.length > MAX_SQL) {
        throw ServerError.of(62, "SYNTAX_ERROR", "Max query size exceeded: " + MAX_SQL + " bytes");
      }
      read.text = Arrays.copyOf(read.text, read.text.length * 2);
    }
    return read;
  }

  /** Whether the buffer contains the beginning of the data. */
  private boolean hasData() {
    return statement.hasData() && statement.tail() >= 0 && statement.tail() < length;
  }

  Statement statement() {
    return statement;
  }

  /** The text read so far; the array may be longer. */
  byte[] bytes() {
    return text;
  }

  /** A part of the text. */
  String part(int from, int to) {
    return new String(text, from, to - from, StandardCharsets.UTF_8);
  }

  /** Whether the parameter contains the whole statement, so that the body is only data. */
  boolean isBodyAllData() {
    int end = statement.tail() < 0 ? statement.end() : statement.tail();
    return parameterLength > 0 && part(Math.min(end, parameterLength), parameterLength).isBlank();
  }

  boolean hasBody() {
    return length > parameterLength + 1;
  }

  /**
   * Writes the insert data to a file.
   *
   * @throws IOException also if the body is incomplete
   */
  void writeData(SpoolFile file) throws IOException {
    int start = isBodyAllData() ? parameterLength + 1 : statement.tail();
    try (OutputStream out = file.data()) {
      out.write(text, start, length - start);
      body.transferTo(out);
    }
  }
}
