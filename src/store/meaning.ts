/** How a value of a word names a member of the crew. */
export interface MemberNaming {
  /** The member that `value` names; -1 when it names none. */
  memberOf(value: number): number;
  /** The same value, naming `member` instead. */
  rename(value: number, member: number): number;
}

/**
 * What a shared word means: to people who read a schedule, and to the explorer, which may treat
 * members that do the same as interchangeable once it knows where memory tells them apart.
 */
export interface WordMeaning {
  /** Such as `event 0 remaining`. Words that members have alike have the same name. */
  readonly name: string;
  /** Whose word it is, where every member has one of its own. */
  readonly member?: number;
  /** How a value names a member, where it may. */
  readonly naming?: MemberNaming;
  /** A value in words, where the number says little. `who` names a member. */
  readonly show?: (value: number, who: (member: number) => string) => string;
}

/** Values that are a member's number plus one, or zero for nobody. */
export const MEMBER_PLUS_ONE: MemberNaming = {
  memberOf: (value) => value - 1,
  rename: (_value, member) => member + 1,
};

/** Shows such a value. */
export function showMember(value: number, who: (member: number) => string): string {
  return value > 0 ? who(value - 1) : 'nobody';
}
