/** What a contract says, in the languages of others: JSON Schema, Markdown, ODCS. */
package io.millrace.contract.export;
