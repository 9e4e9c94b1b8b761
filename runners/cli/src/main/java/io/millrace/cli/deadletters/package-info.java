/** The commands on dead letters: list and show them, and replay them through the pipeline. */
package io.millrace.cli.deadletters;
