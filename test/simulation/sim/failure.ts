import type { Shrunk } from './shrink.ts';
import { commandOf } from './trial.ts';
import type { Verdict } from './verdict.ts';

const SHOWN_MAX = 5;

/** A failing run for whoever has to find its cause: what is wrong, the faults, and the command that shows it again. */
export const tellFailure = ({ trial, violations, mix }: Verdict): string[] => [
  `seed ${trial.seed} failed, ${trial.days} days of faults:`,
  ...violations.slice(0, SHOWN_MAX).map((violation) => `  ${violation}`),
  ...(violations.length > SHOWN_MAX ? [`  and ${violations.length - SHOWN_MAX} more`] : []),
  `  faults: ${mix.join(', ') || 'it did not come to that'}`,
  `  again:  ${commandOf(trial)}`,
];

export const tellShrunk = ({ verdict, attempts, complete }: Shrunk): string[] => [
  `seed ${verdict.trial.seed} after ${attempts} attempts to make it shorter${complete ? '' : ', for which the time was too short'}:`,
  `  ${verdict.violations[0]}`,
  `  again:  ${commandOf(verdict.trial)}`,
  ...(verdict.story.length > 0 ? ['  what the log says of it at last:'] : []),
  ...verdict.story.map((line) => `    ${line}`),
];
