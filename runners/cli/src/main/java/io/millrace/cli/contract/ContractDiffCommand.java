package io.millrace.cli.contract;

import io.millrace.cli.support.JsonObject;
import io.millrace.cli.support.TextLines;
import io.millrace.contract.compatibility.Change;
import io.millrace.contract.compatibility.Compatibility;
import io.millrace.contract.compatibility.ContractDiff;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.WrongUseException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares two versions of a contract. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Compares two versions of a contract: whether each accepts the records that the other one"
          + " accepts.",
      "backward: the new version accepts the records of the old one. forward: the old version"
          + " accepts the records of the new one. full: both. breaking: neither.",
      "Exit code: 0, or 1 if --require is not met, 2 for a contract that is invalid."
    },
    footer = {"", "Example: scripts/millrace contract diff --require=backward old.yaml new.yaml"})
public final class ContractDiffCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "OLD", description = "The contract before.")
  Path before;

  @Parameters(index = "1", paramLabel = "NEW", description = "The contract after.")
  Path after;

  @Option(
      names = "--require",
      paramLabel = "WHAT",
      description = "backward, forward or full: end with exit code 1 otherwise.")
  @Nullable String require;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    Compatibility required = required();
    ContractDiff diff = ContractDiff.of(ContractFile.load(before), ContractFile.load(after));
    Compatibility found = diff.compatibility();
    System.out.println(json ? json(diff) : text(diff));
    return found.includes(required) ? 0 : ExitCodes.FAILED;
  }

  private Compatibility required() {
    if (require == null) {
      return Compatibility.BREAKING;
    }
    for (Compatibility one : Compatibility.values()) {
      if (one != Compatibility.BREAKING && one.label().equals(require.toLowerCase(Locale.ROOT))) {
        return one;
      }
    }
    throw new WrongUseException("--require: expected backward, forward or full, found " + require);
  }

  private static String text(ContractDiff diff) {
    TextLines lines = new TextLines();
    for (Change change : diff.changes()) {
      lines.line("%-9s %s: %s", change.compatibility().label(), change.place(), change.what());
    }
    return lines
        .line(
            "%s: %s",
            diff.compatibility().label(),
            switch (diff.compatibility()) {
              case FULL -> "each version accepts the records of the other";
              case BACKWARD ->
                  "the new version accepts the records of the old one, not the other way round:"
                      + " update pipelines before producers";
              case FORWARD ->
                  "the old version accepts the records of the new one, not the other way round:"
                      + " update producers before pipelines";
              case BREAKING ->
                  "neither version accepts all records of the other: run both, on topics of their"
                      + " own";
            })
        .toString();
  }

  private static String json(ContractDiff diff) {
    return JsonObject.object()
        .put("compatibility", diff.compatibility().label())
        .putList(
            "changes",
            diff.changes().stream()
                .map(
                    change ->
                        JsonObject.object()
                            .put("place", change.place())
                            .put("what", change.what())
                            .put("backward", change.backward())
                            .put("forward", change.forward()))
                .toList())
        .text();
  }
}
