/** Millrace on Apache Flink: what this runner needs to be correct and fast. */
package io.millrace.flink;
