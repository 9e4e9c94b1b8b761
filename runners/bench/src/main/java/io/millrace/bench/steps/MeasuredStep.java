package io.millrace.bench.steps;

import io.millrace.bench.harness.Bar;
import java.util.List;
import java.util.function.Supplier;

/** A step of which variants are measured. */
interface MeasuredStep {
  /** The id of the variant without the step, which is the first. */
  String NONE = "none";

  /** The id of the variant with Millrace's own step. */
  String MILLRACE = "millrace";

  /**
   * A variant.
   *
   * @param id the name in JSON
   * @param label the name for people
   * @param run runs it once; fails if its result is wrong
   */
  record Variant(String id, String label, Supplier<MeasuredRun> run) {}

  /** The name in JSON. */
  String name();

  /** What runs where, for people. */
  String title();

  List<Variant> variants();

  /** The name of a counter that is reported too; empty: none. */
  default String counter() {
    return "";
  }

  /** The targets of Millrace's step. */
  default List<Bar> bars(StepCosts costs) {
    return List.of();
  }
}
