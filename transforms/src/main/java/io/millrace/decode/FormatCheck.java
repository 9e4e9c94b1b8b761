package io.millrace.decode;

import java.util.List;

/**
 * What a format finds before a run in what it depends on, such as a schema registry.
 *
 * @param problems one line for each reason why no record can be decoded: what is wrong, where, and
 *     what to do
 * @param notes one line for each difference that does not prevent decoding
 */
public record FormatCheck(List<String> problems, List<String> notes) {
  /** Nothing to report. */
  public static final FormatCheck NONE = new FormatCheck(List.of(), List.of());
}
