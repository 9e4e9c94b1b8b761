/** The interfaces that sources, sinks and flags meet at. Knows no system. */
package io.millrace.io;
