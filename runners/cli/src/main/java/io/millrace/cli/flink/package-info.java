/** The commands that submit a job to a Flink cluster, take its savepoint and upgrade it. */
package io.millrace.cli.flink;
