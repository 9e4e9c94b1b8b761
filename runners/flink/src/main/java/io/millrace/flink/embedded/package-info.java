/** Runs the pipeline on a Flink in this process, with state in a local directory. */
package io.millrace.flink.embedded;
