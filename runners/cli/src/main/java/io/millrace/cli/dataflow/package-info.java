/** The command {@code launch-dataflow}: builds and launches the template. */
package io.millrace.cli.dataflow;
