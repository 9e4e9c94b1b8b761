package io.millrace.cli.init;

import io.millrace.cli.init.layout.Layout;
import io.millrace.cli.init.layout.Sample;
import io.millrace.cli.support.JsonObject;
import io.millrace.cli.support.TextLines;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What {@code init} tells about a contract that it has made.
 *
 * @param file where the contract is; empty: on standard output
 */
record InitReport(
    Sample sample, Layout layout, DraftContract.Draft draft, Trial trial, String file) {
  private static final int SHOWN_DEAD = 5;
  private static final Pattern PLAIN = Pattern.compile("[\\w./:=,@%+-]+");

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
    String contract = file.isEmpty() ? "FILE" : word(file);
    List<String> run = new ArrayList<>();
    run.add("--input=" + (sample.input().isEmpty() ? "URL" : sample.input()));
    run.addAll(sample.flags());
    run.add("--contract=" + (file.isEmpty() ? "FILE" : file));
    run.add("--output=clickhouse://127.0.0.1:18123/" + sample.name().replace('-', '_'));
    String flags = run.stream().map(InitReport::word).collect(Collectors.joining(" "));
    List<String> next = new ArrayList<>();
    if (sample.isFile()) {
      next.add(
          "scripts/millrace explain --contract="
              + contract
              + (sample.input().isEmpty() ? "" : " " + word(sample.place()))
              + (layout.isWhole() ? " --whole" : ""));
    } else {
      next.add("scripts/millrace contract show " + contract + " --as=docs");
    }
    next.add("scripts/millrace up");
    next.add("scripts/millrace check " + flags);
    next.add("scripts/millrace run " + flags);
    return next;
  }

  /** A word of a command, in quotes if a shell would take it for more than one. */
  private static String word(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
