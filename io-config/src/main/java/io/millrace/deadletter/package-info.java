/** Format and routing of dead letters to destinations besides the sinks' tables. */
package io.millrace.deadletter;
