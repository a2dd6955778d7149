export { compare } from './sim/compare.ts';
export { run } from './sim/run.ts';
export { resolveScenario } from './sim/scenario.ts';
