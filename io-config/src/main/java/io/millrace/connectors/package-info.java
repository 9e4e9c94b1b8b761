/** The list of all systems that Millrace reads from and writes to. */
package io.millrace.connectors;
