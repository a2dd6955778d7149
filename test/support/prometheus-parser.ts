// A strict reader of the text format 0.0.4 of Prometheus: it accepts what the format says, and nothing else.
import assert from 'node:assert/strict';

export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Parsed {
  readonly families: ReadonlyMap<string, { readonly help: string; readonly type: string }>;
  readonly samples: readonly ParsedSample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|\}$)/;

export function parsePrometheus(text: string): Parsed {
  const families = new Map<string, { help: string; type: string }>();
  const samples: ParsedSample[] = [];
  const seen = new Set<string>();
  assert.ok(text.endsWith('\n'), 'the last line ends');
  let current = '';
  let help: readonly [name: string, text: string] | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    const helped = new RegExp(`^# HELP (${NAME}) (.*)$`, 's').exec(line);
    const typed = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`).exec(line);
    if (helped) {
      help = [helped[1] as string, unescaped(helped[2] as string)];
    } else if (typed) {
      current = typed[1] as string;
      assert.equal(help?.[0], current, 'help comes before the type of the same family');
      assert.ok(!families.has(current), `${current} comes once`);
      families.set(current, { help: help[1], type: typed[2] as string });
    } else {
      const sample = parseSample(line);
      const { type } = families.get(current) as { type: string };
      const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      assert.ok(
        suffixes.some((suffix) => sample.name === current + suffix),
        `${line} in ${current}`,
      );
      if (type === 'counter') assert.match(current, /_total$/);
      const key = JSON.stringify([sample.name, sample.labels]);
      assert.ok(!seen.has(key), `${key} comes once`);
      seen.add(key);
      samples.push(sample);
    }
  }
  return { families, samples };
}

function parseSample(line: string): ParsedSample {
  const parts = new RegExp(`^(${NAME})(\\{.*\\})? (\\S+)$`, 's').exec(line);
  assert.ok(parts, `not a sample: ${JSON.stringify(line)}`);
  const labels: Record<string, string> = {};
  let rest = parts[2]?.slice(1) ?? '';
  while (rest !== '') {
    const label = LABEL.exec(rest);
    assert.ok(label, `not labels: ${JSON.stringify(rest)}`);
    labels[label[1] as string] = unescaped(label[2] as string);
    rest = label[3] === ',' ? rest.slice(label[0].length) : '';
  }
  const named = { '+Inf': Number.POSITIVE_INFINITY, '-Inf': Number.NEGATIVE_INFINITY }[
    parts[3] as string
  ];
  const value = named ?? Number(parts[3]);
  assert.ok(parts[3] === 'NaN' || !Number.isNaN(value), `not a number: ${parts[3]}`);
  return { name: parts[1] as string, labels, value };
}

function unescaped(text: string): string {
  return text.replace(/\\([\\"n])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}
