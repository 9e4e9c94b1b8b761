/** Runs a Flink cluster on this computer, in a process for each JobManager and TaskManager. */
package io.millrace.local.flink;
