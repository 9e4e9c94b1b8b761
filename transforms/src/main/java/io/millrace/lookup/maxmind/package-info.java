/** Look-ups of IP addresses in databases of MaxMind's format. */
package io.millrace.lookup.maxmind;
