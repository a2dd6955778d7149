import { renderCatalog } from '../report/catalog.ts';
import { catalog } from '../store/catalog.ts';
import { http } from '../store/http/http.ts';
import { storeCatalog } from '../store/store-catalog.ts';
import type { Command } from './command.ts';
import { EXIT } from './interrupt.ts';
import { type Arguments, formatOf, outputOptions, textOf } from './options.ts';
import { requireWritable, styleFor, writeResult } from './output.ts';

export const strategiesCommand: Command = {
  options: outputOptions(),
  examples: [['sim strategies', 'all of them']],
  execute: async (argv: Arguments) => {
    const out = requireWritable(textOf(argv, 'out'), '--out');
    const all = [...catalog, ...storeCatalog, http];
    writeResult(renderCatalog(formatOf(argv), all, styleFor(out)), out);
    return EXIT.done;
  },
};
