/** Runs the pipeline on Apache Flink: main class, defaults, flag checks and state checks. */
package io.millrace.flink;
