package io.millrace.cli.contracttest;

import io.millrace.contract.Contract;
import java.nio.file.Path;
import java.util.List;

/**
 * A file with cases for one contract.
 *
 * @param file where it is
 * @param yaml its text
 */
record TestFile(Path file, String yaml, Contract contract, List<TestCase> cases) {}
