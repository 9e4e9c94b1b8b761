/** Retries of elements that a system does not accept yet. */
package io.millrace.io.retry;
