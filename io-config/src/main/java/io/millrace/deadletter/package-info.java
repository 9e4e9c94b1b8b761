/** Where dead letters go besides the sinks' table, so that somebody is told of them. */
package io.millrace.deadletter;
