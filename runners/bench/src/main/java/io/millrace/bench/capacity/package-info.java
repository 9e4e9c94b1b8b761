/** Checks the model of {@code docs/capacity.md} by measurements. */
package io.millrace.bench.capacity;
