// What a strategy does when tickets are added to an event that is on sale, or withdrawn from it.
import { FAILED, SOLD_OUT } from '../store/strategy.ts';
import {
  alone,
  asking,
  counter,
  equal,
  granted,
  type Stage,
  type StoreContractRule,
} from './store-asking.ts';

export const RESIZE_RULES: readonly StoreContractRule[] = [
  { rule: 'sells tickets that were added, also when it was sold out', check: sellsAdded },
  { rule: 'sells no tickets that were withdrawn', check: keepsWithdrawn },
  { rule: 'withdraws what is unsold, all or nothing', check: withdrawsUnsold },
  { rule: 'adds and withdraws whole numbers only', check: refusesFractions },
  { rule: 'lets every handle sell what one of them added', check: sharesAdded },
  { rule: 'takes tickets back that were sold before others were withdrawn', check: takesBack },
  { rule: 'keeps what was added and withdrawn, and says so', check: readsResized },
];

function sellsAdded(stage: Stage): Promise<void> {
  return alone(stage, { events: 2, tickets: 2 }, async (ask) => {
    const sold = granted(await ask.reserve(0, 2), 2);
    equal(await ask.reserve(0, 1), SOLD_OUT, 'the answer to the third of 2');
    equal(await ask.resize(0, 3), 3, 'the answer to who adds 3 to none');
    equal(await ask.available(0), 3, 'what is left of none when 3 were added');
    const added = granted(await ask.reserve(0, 3, 1), 3);
    equal(
      added >= sold + 2 || added + 3 <= sold,
      true,
      'whether tickets that are added are new ones',
    );
    equal(await ask.reserve(0, 1), SOLD_OUT, 'the answer to the sixth of 5');
    equal(await ask.available(1), 2, 'what is left of the event nothing was added to');
  });
}

function keepsWithdrawn(stage: Stage): Promise<void> {
  return alone(stage, { events: 2, tickets: 5 }, async (ask) => {
    equal(await ask.resize(0, -3), 2, 'the answer to who withdraws 3 of 5');
    equal(await ask.available(0), 2, 'what is left of 5 when 3 were withdrawn');
    equal(await ask.reserve(0, 3), SOLD_OUT, 'the answer to 3 of 2');
    granted(await ask.reserve(0, 2), 2);
    equal(await ask.reserve(0, 1), SOLD_OUT, 'the answer to 1 of none');
    equal(await ask.available(1), 5, 'what is left of the event nothing was withdrawn from');
  });
}

function withdrawsUnsold(stage: Stage): Promise<void> {
  return alone(stage, { events: 1, tickets: 5 }, async (ask) => {
    granted(await ask.reserve(0, 3), 3);
    equal(await ask.resize(0, -3), SOLD_OUT, 'the answer to who withdraws 3 of 2');
    equal(await ask.available(0), 2, 'what is left of 2 when withdrawing was refused');
    equal(await ask.resize(0, -2), 0, 'the answer to who withdraws 2 of 2');
    equal(await ask.resize(0, -1), SOLD_OUT, 'the answer to who withdraws 1 of none');
    equal(await ask.reserve(0, 1), SOLD_OUT, 'the answer to 1 of none');
  });
}

function refusesFractions(stage: Stage): Promise<void> {
  return alone(stage, { events: 1, tickets: 5 }, async (ask) => {
    for (const by of [0.5, -1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
      equal(await ask.resize(0, by), FAILED, `the answer to who adds ${by}`);
    }
    equal(await ask.resize(0, 0), 5, 'the answer to who adds nothing to 5');
    equal(await ask.available(0), 5, 'what is left of 5');
  });
}

function sharesAdded(stage: Stage): Promise<void> {
  return stage({ events: 1, tickets: 1 }, async (store) => {
    const [first, second] = [await store.open(), await store.open()];
    const id = counter();
    const [one, other] = [asking(first, id, store), asking(second, id, store)];
    granted(await one.reserve(0, 1), 1);
    equal(await one.reserve(0, 1), SOLD_OUT, 'the answer to the second of 1');
    equal(await other.resize(0, 4), 4, 'the answer to who adds 4 through another handle');
    granted(await one.reserve(0, 2), 2);
    equal(await one.resize(0, -2), 0, 'the answer to who withdraws 2 of 2');
    equal(await other.reserve(0, 1), SOLD_OUT, 'the answer to 1 of none');
    await Promise.all([first.close(), second.close()]);
  });
}

function takesBack(stage: Stage): Promise<void> {
  return alone(stage, { events: 1, tickets: 4 }, async (ask) => {
    const ticket = granted(await ask.reserve(0, 3), 3);
    equal(await ask.resize(0, -1), 0, 'the answer to who withdraws 1 of 1');
    equal(await ask.cancel(0, ticket, 3), 3, 'the answer to who gives back 3');
    equal(await ask.available(0), 3, 'what is left when 3 came back');
    granted(await ask.reserve(0, 3, 1), 3);
    equal(await ask.reserve(0, 1), SOLD_OUT, 'the answer to 1 of none');
  });
}

function readsResized(stage: Stage): Promise<void> {
  return alone(stage, { events: 2, tickets: 6 }, async (ask, store) => {
    granted(await ask.reserve(1, 2), 2);
    await ask.resize(0, 5);
    await ask.resize(1, -3);
    const { remaining, grants } = await store.readBack();
    equal(remaining.join(), '11,1', 'what it says is left of 6 and 5 more, and of 4 less 3');
    equal(grants.length, 1, 'how many grants it says are held');
  });
}
