import { AtomicWords } from '../../src/store/words.ts';

/**
 * Words of one thread in a test that plays all the others: whenever the thread would wait, the
 * others' `turn` runs instead. A sleep then ends as a real one would: woken when the word changed,
 * else because its time ran out.
 */
export class StagedWords extends AtomicWords {
  turn: () => void = () => {
    throw new Error('nobody else was to be waited for');
  };

  override wait(index: number, expected: number): 'ok' | 'not-equal' | 'timed-out' {
    if (this.load(index) !== expected) return 'not-equal';
    this.turn();
    return this.load(index) === expected ? 'timed-out' : 'ok';
  }

  override spin(): void {
    this.turn();
  }
}

/** Runs `act` at the given turn, and gives up long after it. */
export function atTurn(turn: number, act: () => void): () => void {
  let turns = 0;
  return () => {
    turns++;
    if (turns === turn) act();
    if (turns > turn + 1000) throw new Error('still waiting');
  };
}
