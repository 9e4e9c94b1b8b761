/** Runs the pipeline on the DirectRunner, in one process. */
package io.millrace.direct;
