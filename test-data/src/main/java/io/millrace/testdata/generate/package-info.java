/** Makes the records: valid events, malformed ones, duplicates and late events. */
package io.millrace.testdata.generate;
