// The load balancer passes each request on twice, to be sure that it arrives. The server cannot know
// that the second is no new request, and sells again; the buyer hears of the first.
import { compareAndSwap } from '../memory/compare-and-swap.ts';
import type { Reserver, SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const doubleDispatch: Mutant = {
  strategy: {
    ...compareAndSwap,
    name: 'double-dispatch',
    summary: 'Compare-and-swap behind a load balancer that passes every request on twice.',
    source: 'seed system 4, whose load balancer calls process_request twice for each request',
    open(context: SaleContext): Reserver {
      const server = compareAndSwap.open(context);
      return {
        ...server,
        reserve(event, quantity, client) {
          const answer = server.reserve(event, quantity, client);
          server.reserve(event, quantity, client);
          return answer;
        },
      };
    },
  },
  caughtBy: ['contract', 'explorer', 'audit', 'linearizability', 'microscope'],
  smallSale: { clients: '2', tickets: '2' },
};
