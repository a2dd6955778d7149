import { type Cell, inRounds, type Section, single } from './section.ts';
import { OWN_MAIN, runNode } from './sim-process.ts';

const ROUNDS = 15;
const ONE_REQUEST = ['--strategy', 'compare-and-swap', '--requests', '1', '--format', 'json'];

/** What is started; of each, the one before is a part. */
const COMMANDS: readonly (readonly [name: string, args: readonly string[], wantedMs?: number])[] = [
  ['node -e 0', ['-e', '0']],
  ['sim --help', [OWN_MAIN, '--help'], 150],
  ['sim run --requests 1', [OWN_MAIN, 'run', ...ONE_REQUEST], 400],
];

/** How long the command takes before it does anything, beside a Node that does nothing. */
export async function startUpSection(smoke: boolean): Promise<Section> {
  const rounds = smoke ? 1 : ROUNDS;
  // A sale is made by other smoke runs, too.
  const commands = smoke ? COMMANDS.slice(0, 2) : COMMANDS;
  const tookNs = commands.map((): number[] => []);
  // The first one fills the caches of the disk.
  for (let round = smoke ? 0 : -1; round < rounds; round++) {
    for (const [at, [, args]] of commands.entries()) {
      const { wallNs } = await runNode(args);
      if (round >= 0) tookNs[at]?.push(wallNs);
    }
  }
  const rows = commands.map(([name, , wantedMs], at): Cell[] => {
    const own = tookNs[at] as number[];
    const before = tookNs[at - 1];
    const beyond = before
      ? inRounds(
          'ns',
          own.map((ns, round) => ns - (before[round] as number)),
        )
      : '';
    return [
      name,
      inRounds('ns', own),
      beyond,
      wantedMs === undefined ? '' : single('ns', wantedMs * 1e6),
    ];
  });
  return {
    title: `Start-up: from the start of a process to its end; ${rounds} rounds`,
    headings: ['command', 'time', 'beyond the one above', 'wanted, at most'],
    rows,
    note: 'What is wanted of `--help` is meant for its whole time, what is wanted of a run for what it takes beyond that.',
  };
}
