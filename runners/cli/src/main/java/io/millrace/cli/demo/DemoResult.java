package io.millrace.cli.demo;

/** What a demo found. */
interface DemoResult {
  /** Whether everything is as expected. */
  boolean ok();

  String toText();

  String toJson();
}
