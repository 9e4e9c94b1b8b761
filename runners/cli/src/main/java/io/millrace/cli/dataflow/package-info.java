/** The command {@code launch-dataflow}: builds and launches the Flex Template. */
package io.millrace.cli.dataflow;
