/** One accumulator for each kind of measure, and how its state is encoded. */
package io.millrace.rollup.measure;
