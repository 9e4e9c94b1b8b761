/** A proxy that delays, breaks and refuses requests on demand. */
package io.millrace.local.fault;
