// npm run bench [-- --smoke]: measures the lab itself and prints Markdown.
import { totalmem, type } from 'node:os';
import { describeEnvironment } from '../src/sim/environment.ts';
import { checkerSection } from './checker.ts';
import { explorerSection } from './explorer.ts';
import { detectionSection, grantSection, pacedSection, refusalSection } from './macro.ts';
import { matrixSection } from './matrix.ts';
import { memorySection } from './memory.ts';
import { microSection } from './micro.ts';
import { peerSection } from './peers.ts';
import { recordingSection } from './recording.ts';
import { renderSection, type Section } from './section.ts';
import { storeSection } from './stores.ts';

const SECTIONS: readonly ((smoke: boolean) => Promise<Section>)[] = [
  microSection,
  refusalSection,
  grantSection,
  recordingSection,
  pacedSection,
  detectionSection,
  matrixSection,
  memorySection,
  explorerSection,
  checkerSection,
  peerSection,
  storeSection,
];

const smoke = process.argv.includes('--smoke');
const { cpu, cores, node, commit } = describeEnvironment();
const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
process.stdout.write(
  `# Benchmarks\n\n${cpu}, ${cores} cores, ${memory}, ${type()}, Node ${node}, onsale ${commit}${smoke ? '\n\nA smoke run: it shows that everything runs, its figures mean nothing.' : ''}\n\n`,
);
for (const section of SECTIONS) process.stdout.write(`${renderSection(await section(smoke))}\n`);
