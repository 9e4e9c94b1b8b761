/** The keys of a contract file and what each may hold: one table for the loader and editors. */
package io.millrace.contract.language;
