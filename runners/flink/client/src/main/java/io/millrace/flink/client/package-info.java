/** A client of a Flink cluster's REST API. */
package io.millrace.flink.client;
