package io.millrace.decode.fuzz;

/** What Jazzer calls: the format that a system property names. */
public final class JazzerTarget {
  static final String FORMAT = "fuzz.format";

  private static final FuzzTarget TARGET = FuzzTargets.open(System.getProperty(FORMAT, "json"));

  private JazzerTarget() {}

  /** Called with each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    TARGET.run(input);
  }
}
