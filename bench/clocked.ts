// Runs the program that the first argument names, and tells at its end on descriptor 3 what processor time it took.
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [program] = process.argv.splice(2, 1) as [string];
process.argv[1] = program;
process.once('exit', () => writeSync(3, JSON.stringify(process.cpuUsage())));
await import(pathToFileURL(program).href);
