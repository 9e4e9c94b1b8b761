/** {@code init}: writes a first contract from sample events. */
package io.millrace.cli.init;
