/** The list of systems that Millrace reads from and writes to. */
package io.millrace.connectors;
