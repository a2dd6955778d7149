import type { LiveServer } from '../http/live-server.ts';
import { DASHBOARD_MIN, dashboardLines } from '../report/dashboard.ts';
import type { RunOptions } from '../sim/run.ts';
import { type SessionPlan, SessionProgress } from '../sim/session-progress.ts';
import { EXIT } from './interrupt.ts';
import { type Arguments, isSet, textOf, wholeNumber } from './options.ts';
import { isWatched, runLine, showLine } from './progress.ts';
import { Screen } from './screen.ts';

/** Shows how a command sells: to a person at a terminal, and to browsers if that was asked for. */
export interface Following extends Pick<RunOptions, 'onProgress' | 'onResult'> {
  /** Leaves the terminal as it was before. */
  clear(): void;
  /** Tells browsers how it ended, and lets them go. */
  end(exitCode: number): Promise<void>;
}

const LARGEST_PORT = 65_535;

/**
 * Begins to show what a command is about to do. Nobody watching, nothing is looked at.
 * @throws InputError when there can be no server where --live asks for it
 */
export async function follow(argv: Arguments, plan: SessionPlan): Promise<Following> {
  const session = new SessionProgress(plan);
  const port = textOf(argv, 'live');
  const server = port === undefined ? undefined : await beginLive(port, session);
  if (server) process.stderr.write(`sim: live at ${server.url}\n`);
  const view = isWatched(isSet(argv, 'quiet')) ? new TerminalView(session) : undefined;
  if (!server && !view)
    return { onProgress: undefined, onResult: undefined, clear() {}, end: async () => {} };
  return following(session, server, view);
}

async function beginLive(port: string, session: SessionProgress): Promise<LiveServer> {
  const { serveLive } = await import('../http/live-server.ts');
  return serveLive(wholeNumber('live', port, 0, LARGEST_PORT), () => session.state);
}

function following(
  session: SessionProgress,
  server: LiveServer | undefined,
  view: TerminalView | undefined,
): Following {
  return {
    onProgress(progress) {
      const news = session.progress(progress);
      view?.draw();
      server?.tell(news);
    },
    onResult(result) {
      session.result(result);
      view?.draw();
      server?.tell('state');
    },
    clear: () => view?.clear(),
    async end(exitCode) {
      session.end(howEnded(exitCode));
      await server?.end();
    },
  };
}

function howEnded(exitCode: number): 'done' | 'broken' | 'interrupted' {
  if (exitCode === EXIT.done) return 'done';
  return exitCode === EXIT.broken ? 'broken' : 'interrupted';
}

/** A dashboard, or a line where there is no room for one. */
class TerminalView {
  readonly #session: SessionProgress;
  readonly #screen: Screen = new Screen(process.stderr);

  constructor(session: SessionProgress) {
    this.#session = session;
  }

  draw(): void {
    const { columns, rows } = process.stderr;
    const { NO_COLOR } = process.env;
    if (columns < DASHBOARD_MIN.columns || rows < DASHBOARD_MIN.rows) {
      this.#screen.clear();
      showLine(runLine(this.#session.state));
    } else {
      // A line that fills a row may or may not have wrapped: none does.
      const style = { color: !NO_COLOR, width: columns - 1 };
      this.#screen.draw(dashboardLines(this.#session.state, style));
    }
  }

  clear(): void {
    this.#screen.clear();
    showLine('');
  }
}
