package io.millrace.cli.init;

import io.millrace.cli.init.layout.Layout;
import io.millrace.cli.init.layout.Sample;
import io.millrace.cli.support.JsonObject;
import io.millrace.cli.support.TextLines;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code init} tells about a contract that it has made.
 *
 * @param file where the contract is; empty: on standard output
 */
record InitReport(
    Sample sample, Layout layout, DraftContract.Draft draft, Trial trial, String file) {
  private static final int SHOWN_DEAD = 5;

  String text() {
    TextLines lines = new TextLines();
    lines.line("%s from %s", file.isEmpty() ? "A contract" : file, draft.source());
    lines.line("%,d of %,d samples decode%s", trial.decoded(), trial.events(), duplicates());
    if (!trial.dead().isEmpty()) {
      lines.line("%,d %s not:", trial.dead().size(), trial.dead().size() == 1 ? "does" : "do");
      trial.dead().stream().limit(SHOWN_DEAD).forEach(dead -> lines.line("  %s", dead));
      if (trial.dead().size() > SHOWN_DEAD) {
        lines.line("  and %,d more", trial.dead().size() - SHOWN_DEAD);
      }
    }
    if (!draft.unsure().isEmpty()) {
      lines.line("Check:");
      draft.unsure().forEach(unsure -> lines.line("  - %s", unsure));
    }
    sample.notes().forEach(note -> lines.line("%s", note));
    lines.line("Next:");
    next().forEach(command -> lines.line("  %s", command));
    return lines.toString();
  }

  private String duplicates() {
    long count = trial.duplicates();
    return count == 0
        ? ""
        : count == 1
            ? "; 1 is a duplicate of another"
            : TextLines.text("; %,d are duplicates of others", count);
  }

  String json(String yaml) {
    return JsonObject.object()
        .put("contract", file)
        .put("source", draft.source())
        .put("events", trial.events())
        .put("decoded", trial.decoded())
        .put("duplicates", trial.duplicates())
        .put("dead", trial.dead())
        .put("unsure", draft.unsure())
        .put("notes", sample.notes())
        .put("next", next())
        .put("yaml", yaml)
        .text();
  }

  private List<String> next() {
    String contract = file.isEmpty() ? "FILE" : file;
    String input = sample.input().isEmpty() ? "URL" : sample.input();
    String output = "clickhouse://127.0.0.1:18123/" + sample.name().replace('-', '_');
    List<String> next = new ArrayList<>();
    String local = sample.input().isEmpty() ? "" : sample.place();
    if (sample.isFile() && !layout.format().startsWith("{type: csv, header")) {
      next.add(
          "scripts/millrace explain --contract=%s%s%s"
              .formatted(
                  contract,
                  local.isEmpty() ? "" : " " + local,
                  layout.isWhole() ? " --whole" : ""));
    } else {
      next.add("scripts/millrace contract show %s --as=docs".formatted(contract));
    }
    String flags = "--input=%s --contract=%s --output=%s".formatted(input, contract, output);
    next.add("scripts/millrace up");
    next.add("scripts/millrace check " + flags);
    next.add("scripts/millrace run " + flags);
    return next;
  }
}
