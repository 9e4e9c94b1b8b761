/** The metrics of a run over HTTP: for Prometheus, and for health checks. */
package io.millrace.cli.metrics;
