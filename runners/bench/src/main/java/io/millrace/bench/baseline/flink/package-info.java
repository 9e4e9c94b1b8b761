/** The same work as Millrace's as a job of Flink's own DataStream API, without Beam. */
package io.millrace.bench.baseline.flink;
