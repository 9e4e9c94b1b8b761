/** A job like Millrace's pipeline in Flink's DataStream API, without Beam. */
package io.millrace.bench.baseline.flink;
