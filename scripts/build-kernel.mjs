// Compiles kernel/words.ts, some 200 bytes, to where src/store/compiled-words.ts looks for it; or another of kernel/:
// node scripts/build-kernel.mjs [SOURCE WASM]
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

/** The most that a memory of WebAssembly can have: whoever allocates one says how many of them it has. */
const PAGES_MAX = 65536;

const [source = path('kernel/words.ts'), wasm = path('dist/src/store/words.wasm')] =
  process.argv.slice(2);
const memory = `--importMemory --noExportMemory --sharedMemory --initialMemory 1 --maximumMemory ${PAGES_MAX}`;
const code = '--enable threads --runtime stub --optimizeLevel 3 --shrinkLevel 2 --noAssert';
const flags = `${memory} ${code}`.split(' ');
const stderr = asc.createMemoryStream();
const { error } = await asc.main([source, '--outFile', wasm, ...flags], { stderr });
if (error) {
  process.stderr.write(stderr.toString());
  process.exitCode = 1;
}
