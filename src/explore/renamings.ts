/** More renamings than this cost more than they save. */
export const MAX_RENAMINGS = 120;

/** All renamings that keep every class together, the one that changes nothing first. */
export function renamingsOf(size: number, classes: readonly (readonly number[])[]): number[][] {
  let renamings: number[][] = [Array.from({ length: size }, (_, client) => client)];
  for (const members of classes) {
    renamings = renamings.flatMap((renaming) =>
      permutationsOf(members).map((permuted) => {
        const next = [...renaming];
        for (const [i, member] of members.entries()) next[member] = permuted[i] as number;
        return next;
      }),
    );
    if (renamings.length > MAX_RENAMINGS) break;
  }
  return renamings;
}

function permutationsOf(members: readonly number[]): number[][] {
  if (members.length <= 1) return [[...members]];
  return members.flatMap((first) => {
    const others = members.filter((member) => member !== first);
    return permutationsOf(others).map((rest) => [first, ...rest]);
  });
}
