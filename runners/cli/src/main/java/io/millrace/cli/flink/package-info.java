/** Commands that submit a job to a Flink cluster, take a savepoint and upgrade the job. */
package io.millrace.cli.flink;
