/** The source of a replay: dead letters as the records that they were, with their places. */
package io.millrace.deadletter.replay;
