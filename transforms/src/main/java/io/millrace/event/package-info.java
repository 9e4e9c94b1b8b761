/** Events, outcomes and dead letters, and their coders. */
package io.millrace.event;
