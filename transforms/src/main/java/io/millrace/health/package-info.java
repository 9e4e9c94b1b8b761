/** Alerts on the health of a contract's runs, which Prometheus judges by their metrics. */
package io.millrace.health;
