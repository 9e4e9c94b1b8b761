package io.millrace.cli.contracttest;

/**
 * A difference between what a case expects and what was found.
 *
 * @param line the line of the expectation in the test file, from 1
 * @param place which event or roll-up, and which of its values: {@code record 1: page}
 * @param expected the expected value, for people
 * @param found the value that was found, for people
 */
record Difference(int line, String place, String expected, String found) {}
