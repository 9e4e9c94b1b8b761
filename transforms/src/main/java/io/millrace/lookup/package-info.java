/**
 * Tables outside of the stream in which columns of events are looked up: loaded once a process, and
 * refreshed without a stop.
 */
package io.millrace.lookup;
