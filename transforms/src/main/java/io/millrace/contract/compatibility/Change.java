package io.millrace.contract.compatibility;

/**
 * A difference between two versions of a contract.
 *
 * @param place its path in the contract, such as {@code fields.user_id}
 * @param what what is different, one line
 * @param backward whether the new version still accepts every record that the old one accepts
 * @param forward whether the old version accepts every record that the new one accepts
 */
public record Change(String place, String what, boolean backward, boolean forward) {
  static Change of(String place, Object before, Object after, boolean backward, boolean forward) {
    return new Change(place, "`" + before + "` is now `" + after + "`", backward, forward);
  }

  /** A change that does not decide which records are accepted. */
  static Change harmless(String place, Object before, Object after) {
    return of(place, before, after, true, true);
  }

  /** What it means for the two versions. */
  public Compatibility compatibility() {
    return Compatibility.of(backward, forward);
  }
}
