/** Fault, kill and recovery tests of the pipeline, as commands of {@code bench}. */
package io.millrace.resilience;
