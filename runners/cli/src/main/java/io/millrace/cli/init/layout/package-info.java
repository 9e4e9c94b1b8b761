/** The format of a sample, and how its records hold events. */
package io.millrace.cli.init.layout;
