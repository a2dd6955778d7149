// What the service says no with: problem documents (RFC 9457), whose kinds never change.
import { isObject } from '../base/shape.ts';
import { fitForTerminal } from '../base/terminal-text.ts';

const KIND = 'urn:onsale:problem:';

/** The service has answered, and said no. */
export class ServiceProblem extends Error {
  override name = 'ServiceProblem';
  readonly status: number;
  /** The kind of problem, `sold-out`; of an answer that is no problem document, `http-STATUS`. */
  readonly code: string;
  readonly detail: string;
  /** All that the document says. */
  readonly document: Readonly<Record<string, unknown>>;

  constructor(status: number, document: Readonly<Record<string, unknown>>) {
    const { type, title, detail } = document;
    const said = [detail, title].find((each) => typeof each === 'string' && each !== '');
    const detailText = fitForTerminal(typeof said === 'string' ? said : `it answered ${status}`);
    super(detailText);
    this.status = status;
    this.detail = detailText;
    const isOurs = typeof type === 'string' && type.startsWith(KIND);
    this.code = isOurs ? type.slice(KIND.length) : `http-${status}`;
    this.document = document;
  }

  /** A number that the document tells, such as how many tickets are `available`. */
  figure(key: string): number | undefined {
    const value = this.document[key];
    return typeof value === 'number' ? value : undefined;
  }
}

/** The document in an answer's body; without one, nothing but the status is known. */
export function problemIn(status: number, body: string): ServiceProblem {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    document = undefined;
  }
  return new ServiceProblem(status, isObject(document) ? document : {});
}

/** The service cannot be reached, or has not answered in time. The message names it, and the cause. */
export class Unreachable extends Error {
  override name = 'Unreachable';
  /** Whether what was asked may have been done all the same. */
  readonly inDoubt: boolean;

  constructor(message: string, inDoubt: boolean) {
    super(message);
    this.inDoubt = inDoubt;
  }
}

/** What answers is not the service. */
export class WrongService extends Error {
  override name = 'WrongService';
}

/** What was named is not there, as far as the service's own list says. */
export class NotThere extends Error {
  override name = 'NotThere';
}
