/**
 * Runs the whole pipeline on a real Flink cluster while parts are killed, upgraded and rescaled,
 * and verifies every event.
 */
package io.millrace.resilience.cluster;
