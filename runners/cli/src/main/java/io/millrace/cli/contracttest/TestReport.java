package io.millrace.cli.contracttest;

import io.millrace.cli.support.JsonObject;
import io.millrace.cli.support.TextLines;
import java.util.List;

/** The results of test files for a person, or as JSON. */
final class TestReport {
  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[31m";
  private static final String PLAIN = "\u001b[0m";

  private final List<FileResult> files;

  TestReport(List<FileResult> files) {
    this.files = files;
  }

  long failed() {
    return files.stream().mapToLong(FileResult::failed).sum();
  }

  private long cases() {
    return files.stream().mapToLong(file -> file.cases().size()).sum();
  }

  private long updated() {
    return files.stream().mapToLong(FileResult::updated).sum();
  }

  /**
   * The results for a person: a line for each case, and each difference of the failed ones.
   *
   * @param colors whether to use the terminal's colors
   */
  String text(boolean colors) {
    TextLines lines = new TextLines();
    for (FileResult file : files) {
      lines.line("%s", file.file().file());
      for (CaseResult result : file.cases()) {
        if (result.passed()) {
          lines.line("  %s    %s", color(colors, GREEN, "ok"), result.test().name());
          continue;
        }
        lines.line(
            "  %s  %s (line %d)",
            color(colors, RED, "FAIL"), result.test().name(), result.test().line());
        for (Difference difference : result.differences()) {
          lines.line("    line %d, %s", difference.line(), difference.place());
          lines.line("      expected  %s", color(colors, GREEN, difference.expected()));
          lines.line("      found     %s", color(colors, RED, difference.found()));
        }
      }
    }
    String updated = updated() == 0 ? "" : TextLines.text("; wrote expectations of %d", updated());
    lines.line(
        "%d %s: %d passed, %d failed%s",
        cases(), cases() == 1 ? "case" : "cases", cases() - failed(), failed(), updated);
    return lines.toString();
  }

  private static String color(boolean colors, String color, String text) {
    return colors ? color + text + PLAIN : text;
  }

  /** The results as one JSON object. */
  String json() {
    return JsonObject.object()
        .put("ok", failed() == 0)
        .put("cases", cases())
        .put("failed", failed())
        .put("updated", updated())
        .putList("files", files.stream().map(TestReport::json).toList())
        .text();
  }

  private static JsonObject json(FileResult file) {
    return JsonObject.object()
        .put("file", file.file().file().toString())
        .put("contract", file.file().contract().name())
        .putList("cases", file.cases().stream().map(TestReport::json).toList());
  }

  private static JsonObject json(CaseResult result) {
    return JsonObject.object()
        .put("name", result.test().name())
        .put("line", result.test().line())
        .put("passed", result.passed())
        .putList(
            "differences",
            result.differences().stream()
                .map(
                    difference ->
                        JsonObject.object()
                            .put("line", difference.line())
                            .put("place", difference.place())
                            .put("expected", difference.expected())
                            .put("found", difference.found()))
                .toList());
  }
}
