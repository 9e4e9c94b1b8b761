/** Shared by all commands: error reports, shutdown, JSON output, and the benchmarks' interface. */
package io.millrace.cli.support;
