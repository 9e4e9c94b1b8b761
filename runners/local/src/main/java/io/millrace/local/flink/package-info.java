/** A Flink cluster on this computer, one process for each JobManager and TaskManager. */
package io.millrace.local.flink;
