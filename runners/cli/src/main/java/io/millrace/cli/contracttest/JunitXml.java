package io.millrace.cli.contracttest;

import io.millrace.cli.support.TextLines;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The results of test files in the XML of JUnit, as build servers read it: a suite for each file, a
 * case for each case. It has only the elements and attributes that all common schemas know. Times
 * are in seconds.
 */
final class JunitXml {
  private static final double NANOS = 1e9;

  private JunitXml() {}

  /**
   * The document.
   *
   * @param started when the tests began, UTC
   */
  static String of(List<FileResult> files, Instant started) {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    List<CaseResult> all = files.stream().flatMap(file -> file.cases().stream()).toList();
    xml.append("<testsuites name=\"millrace test\"").append(totals(all)).append(">\n");
    for (FileResult file : files) {
      xml.append("  <testsuite")
          .append(attribute("name", file.file().file().toString()))
          .append(totals(file.cases()))
          .append(" skipped=\"0\"")
          .append(attribute("timestamp", timestamp(started)))
          .append(">\n");
      for (CaseResult result : file.cases()) {
        add(file, result, xml);
      }
      xml.append("  </testsuite>\n");
    }
    return xml.append("</testsuites>\n").toString();
  }

  /** Without a zone, as the schemas want it; UTC. */
  private static String timestamp(Instant started) {
    String text = started.truncatedTo(ChronoUnit.SECONDS).toString();
    return text.substring(0, text.length() - 1);
  }

  private static String totals(List<CaseResult> results) {
    return attribute("tests", Integer.toString(results.size()))
        + attribute("failures", Long.toString(results.stream().filter(r -> !r.passed()).count()))
        + " errors=\"0\""
        + attribute("time", seconds(results.stream().mapToLong(CaseResult::nanos).sum()));
  }

  private static String seconds(long nanos) {
    return TextLines.text("%.3f", nanos / NANOS);
  }

  private static void add(FileResult file, CaseResult result, StringBuilder xml) {
    xml.append("    <testcase")
        .append(attribute("name", result.test().name()))
        .append(attribute("classname", file.file().contract().name()))
        .append(attribute("time", seconds(result.nanos())));
    if (result.passed()) {
      xml.append("/>\n");
      return;
    }
    Difference first = result.differences().get(0);
    String message =
        TextLines.text("%s: expected %s, found %s", first.place(), first.expected(), first.found());
    xml.append(">\n      <failure")
        .append(attribute("message", message))
        .append(attribute("type", "difference"))
        .append('>')
        .append(escape(details(file, result)))
        .append("</failure>\n    </testcase>\n");
  }

  private static String details(FileResult file, CaseResult result) {
    return result.differences().stream()
        .map(
            difference ->
                TextLines.text(
                    "%s:%d: %s\n  expected  %s\n  found     %s",
                    file.file().file(),
                    difference.line(),
                    difference.place(),
                    difference.expected(),
                    difference.found()))
        .collect(Collectors.joining("\n"));
  }

  private static String attribute(String name, String value) {
    return " " + name + "=\"" + escape(value) + "\"";
  }

  /** Escapes a text; replaces the characters that XML cannot hold. */
  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\n' -> escaped.append("&#10;");
                case '\r' -> escaped.append("&#13;");
                case '\t' -> escaped.append("&#9;");
                default -> escaped.appendCodePoint(isXml(c) ? c : '\uFFFD');
              }
            });
    return escaped.toString();
  }

  private static boolean isXml(int c) {
    return (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
  }
}
