import { InputError } from '../base/errors.ts';
import { hostIn, isLoopbackHost } from '../base/loopback.ts';
import { eventOf } from '../client/actions.ts';
import { burst, burstText } from '../client/burst.ts';
import { type Action, EVENT_EPILOGUE, WHAT } from './client-action.ts';
import { type Arguments, isSet, text, textOf, wholeNumber } from './options.ts';

/** A burst is bounded: it is a test, and not an attack. */
const BURST_REQUESTS_MAX = 1_000_000;
const BURST_CONNECTIONS_MAX = 1000;

/** Many buyers at once. */
export const bursting: Action = {
  name: 'burst',
  summary: 'Ask for tickets many times at once, and show what came of it',
  operands: ['event'],
  options: {
    requests: text('how many, each for one ticket [1000]', WHAT),
    connections: text('how many at a time [50]', WHAT),
    'i-own-this-target': {
      type: 'boolean',
      description: 'allow a service that is not on this machine',
      group: WHAT,
    },
  },
  examples: [['sim client burst "Jazz night" --requests 2000 --connections 100', 'a small rush']],
  epilogue: `${EVENT_EPILOGUE} What is granted is bought. Each connection asks when it has its answer (closed model): for a test whose load does not yield, see sim run --strategy http.`,
  connections: (argv) => burstConnections(argv),
  prepare(argv, [given = '']) {
    const requests = numberOf(argv, 'requests', '1000', BURST_REQUESTS_MAX);
    const connections = burstConnections(argv);
    return async (client, manner) => {
      if (!isLoopbackHost(hostIn(new URL(client.url))) && !isSet(argv, 'i-own-this-target')) {
        throw new InputError(
          `${client.url} is not on this machine, and a burst against somebody else's service is an attack: give --i-own-this-target if it is yours`,
        );
      }
      const sold = await eventOf(client, given, manner);
      const { signal } = manner;
      const result = await burst(client, { event: sold, requests, connections, signal });
      return { json: result, text: burstText(result) };
    };
  },
};

function burstConnections(argv: Arguments): number {
  return numberOf(argv, 'connections', '50', BURST_CONNECTIONS_MAX);
}

function numberOf(argv: Arguments, flag: string, byDefault: string, max: number): number {
  return wholeNumber(flag, textOf(argv, flag) ?? byDefault, 1, max);
}
