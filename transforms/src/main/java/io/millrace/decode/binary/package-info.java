/**
 * What binary formats with a schema have in common: the fields of a contract as targets of typed
 * values, the conversion of values, and the text of values that the contract does not declare.
 */
package io.millrace.decode.binary;
