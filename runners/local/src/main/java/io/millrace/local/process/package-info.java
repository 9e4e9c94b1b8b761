/** Starts, records and stops child processes. */
package io.millrace.local.process;
