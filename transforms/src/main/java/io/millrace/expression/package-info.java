/** Expressions of contracts: compiled, checked against the fields, and evaluated on rows. */
package io.millrace.expression;
