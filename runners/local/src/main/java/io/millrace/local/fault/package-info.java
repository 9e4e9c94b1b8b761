/** A proxy that injects faults into requests. */
package io.millrace.local.fault;
