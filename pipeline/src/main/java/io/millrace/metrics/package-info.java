/** The names of Millrace's metrics, and their values for a run in this process. */
package io.millrace.metrics;
