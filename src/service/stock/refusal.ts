import { CONTENDED, DROPPED, SOLD_OUT } from '../../store/strategy.ts';
import { Refusal } from '../refusals.ts';

/** What a buyer is told whom a strategy refused. */
export function refusalOf(answer: number, available: number, asked: number): Refusal {
  switch (answer) {
    case SOLD_OUT:
      return new Refusal(
        'sold-out',
        `not enough tickets available: ${available} left, ${asked} asked for`,
        { available, asked },
      );
    case CONTENDED:
      return new Refusal('contended', 'try again in a moment');
    case DROPPED:
      return new Refusal('overloaded', 'no connection to the stock was free in time');
    default:
      return new Refusal('unavailable', 'the stock did not answer; you have reserved nothing');
  }
}
