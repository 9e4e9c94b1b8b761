package io.millrace.bench.harness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.support.TextLines;
import java.util.List;
import java.util.Optional;

/**
 * A report of a measurement with the work of others beside it. If they took too much, its bars are
 * not judged: the exit code says so, and the last line.
 *
 * @param others cores that other processes took on average; empty if it is not known
 * @param most cores that they may take
 */
record JudgedReport(Report report, Optional<Double> others, int cores, double most)
    implements Report {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What reports call their verdict. */
  private static final List<String> VERDICTS = List.of("holds", "passes");

  private boolean counts() {
    return others.isEmpty() || others.get() <= most;
  }

  @Override
  public boolean passes() {
    return counts() && report.passes();
  }

  @Override
  public String text() {
    return report.text() + "\n" + verdict();
  }

  private String verdict() {
    if (others.isEmpty()) {
      return "What other processes took is known on Linux only: see that nothing else runs.";
    }
    String took =
        TextLines.text("Other processes took %.2f of %d cores; ", others.get(), cores)
            + TextLines.text("figures count up to %.2f", most);
    return counts()
        ? took + "."
        : took + ". NOT JUDGED: measure again while nothing else runs on this computer.";
  }

  @Override
  public String json() {
    try {
      ObjectNode object = (ObjectNode) JSON.readTree(report.json());
      others.ifPresent(taken -> object.put("other_cores", taken));
      object.put("most_other_cores", most);
      object.put("judged", counts());
      for (String verdict : VERDICTS) {
        if (!counts() && object.has(verdict)) {
          object.put(verdict, false);
        }
      }
      return object.toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
