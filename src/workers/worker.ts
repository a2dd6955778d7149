// What every thread of the pool loads first. Whatever it then does it loads itself: see pool.ts.

// Standard output is for results alone: what a strategy prints goes where messages go.
process.stdout.write = process.stderr.write.bind(process.stderr);
