package io.millrace.cli.contracttest;

import java.util.List;

/**
 * The results of one test file.
 *
 * @param updated how many cases got expectations
 */
record FileResult(TestFile file, List<CaseResult> cases, int updated) {
  long failed() {
    return cases.stream().filter(result -> !result.passed()).count();
  }
}
