package io.millrace.cli.release;

/**
 * A line of docs/third-party/components.csv: what is in a release and comes from elsewhere.
 *
 * @param id {@code group:artifact:version} and, if it has one, {@code :classifier}
 * @param license SPDX ids, joined with {@code or}
 * @param inJob whether the Flink job jar holds it
 * @param inBundle whether the bundle for Dataflow holds it
 */
record Component(String id, String license, boolean inJob, boolean inBundle) {
  static final String HEADER = "component,license,flink_job,dataflow";

  static Component parse(String line) {
    String[] parts = line.split(",", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException("expected " + HEADER + ", found " + line);
    }
    return new Component(parts[0], parts[1], parts[2].equals("yes"), parts[3].equals("yes"));
  }

  String line() {
    return String.join(",", id, license, inJob ? "yes" : "no", inBundle ? "yes" : "no");
  }

  /** The name of its jar. */
  String jar() {
    String[] parts = id.split(":", -1);
    return parts[1] + "-" + parts[2] + (parts.length > 3 ? "-" + parts[3] : "") + ".jar";
  }
}
