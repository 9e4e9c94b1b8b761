/** The command {@code scripts/millrace}: its main class and the commands without own package. */
package io.millrace.cli;
