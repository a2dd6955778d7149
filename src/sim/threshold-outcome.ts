/** Units of what a threshold is about. */
export type MetricUnit = 'count' | 'ns' | 'perSecond' | 'ratio';

/** Whether a run kept to one threshold. */
export interface ThresholdOutcome {
  /** As it was given, without blanks. */
  readonly threshold: string;
  readonly metric: string;
  /** In `unit`; null where the run shows no such thing. */
  readonly value: number | null;
  readonly unit: MetricUnit;
  readonly ok: boolean;
  /** Why it is broken whatever the value is; null when the value decided. */
  readonly reason: string | null;
}
