/**
 * The command {@code scripts/millrace}: its main class and the commands that have no room of
 * their own.
 */
package io.millrace.cli;
