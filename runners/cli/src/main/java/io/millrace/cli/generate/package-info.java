/** The command {@code generate}: produces test events. */
package io.millrace.cli.generate;
