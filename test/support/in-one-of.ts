/**
 * Passes when one of a few attempts does: for what other work on the machine may prevent, but never a right program. What is
 * wrong fails in all of them.
 */
export async function inOneOf(attempts: number, attempt: () => Promise<void>): Promise<void> {
  for (let left = attempts - 1; ; left--) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
