/** Compares the cost of an event in the formats of records. */
package io.millrace.bench.formats;
