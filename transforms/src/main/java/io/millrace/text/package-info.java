/** Texts as bytes: scanning eight bytes at a time, escapes, UTF-8. Knows no event and no format. */
package io.millrace.text;
