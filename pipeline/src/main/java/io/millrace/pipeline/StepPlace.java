package io.millrace.pipeline;

import java.util.List;

/**
 * The contract and the sink that a step belongs to, by its full name.
 *
 * @param contract the contract's name
 * @param sink the sink's name, such as {@code clickhouse-2}; empty for a step before the sinks
 */
public record StepPlace(String contract, String sink) {
  /**
   * The place of a step.
   *
   * @param step full name of the step, or of one of its outputs
   * @param contracts names of the run's contracts; with several, each has steps under its name, and
   *     any other step counts for the first
   */
  public static StepPlace of(String step, List<String> contracts) {
    String contract = contracts.get(0);
    String own = step;
    if (contracts.size() > 1) {
      int slash = step.indexOf('/');
      String name = slash < 0 ? step : step.substring(0, slash);
      if (contracts.contains(name)) {
        contract = name;
        own = step.substring(Math.min(step.length(), name.length() + 1));
      }
    }
    return new StepPlace(contract, Balance.sink(own));
  }
}
