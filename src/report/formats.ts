// What results can be printed as. Apart from what prints them, so that options can name all formats and load none.
/** What every command with a table can print. */
export const FORMATS = ['table', 'json', 'markdown', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** What the commands that sell can print: a page with charts, and histograms for other tools, too. */
export const RESULT_FORMATS = ['table', 'json', 'markdown', 'csv', 'html', 'hlog'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

/** What a sweep can print: it keeps no histograms. */
export const SWEEP_FORMATS = ['table', 'json', 'markdown', 'csv', 'html'] as const;
export type SweepFormat = (typeof SWEEP_FORMATS)[number];
