/** The steps between decoding and writing: event time, deduplication, routing. */
package io.millrace.transforms;
