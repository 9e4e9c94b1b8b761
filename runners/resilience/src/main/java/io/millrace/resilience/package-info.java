/** Faults, kills and recovery: what the pipeline must survive, as commands of {@code bench}. */
package io.millrace.resilience;
