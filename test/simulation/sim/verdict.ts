import { createHash } from 'node:crypto';
import type { Duration } from '../../../core/time/instant.ts';
import { type FaultKind, printMix } from '../../../embedded/faults/mix.ts';
import type { Blueprints } from './blueprints.ts';
import { simulate } from './simulate.ts';
import { storyOf } from './story.ts';
import { optionsOf, type Trial } from './trial.ts';

/** What is told of a run, from one process to another. */
export interface Verdict {
  readonly trial: Trial;
  /** One sentence each, after the name of the checker that saw it. */
  readonly violations: readonly string[];
  /** The lines of the log about what the violations name. Empty when there are none. */
  readonly story: readonly string[];
  /** The faults at the head of the run, printed. */
  readonly mix: readonly string[];
  /** How often each fault took place that the mix had. */
  readonly injected: readonly (readonly [FaultKind, number])[];
  readonly virtual: Duration;
  readonly lines: number;
  /** Of the log: the same for the same trial. */
  readonly digest: string;
}

export const digestOf = (log: readonly string[]): string =>
  createHash('sha256').update(log.join('\n')).digest('hex').slice(0, 12);

/** `begin` is told the mix before anything happens, so that a run that hangs has said what it was. */
export async function judge(
  blueprints: Blueprints,
  trial: Trial,
  begin?: (mix: readonly string[]) => void,
): Promise<Verdict> {
  const { faults, log, violations, virtual } = await simulate(blueprints, {
    ...optionsOf(trial),
    begin: (mix) => begin?.(printMix(mix)),
  });
  return {
    trial,
    violations,
    story: storyOf(log, violations, blueprints.of(trial).installation),
    mix: printMix(faults.mix),
    injected: [...faults.injected].filter(([kind]) => faults.mix.get(kind)! > 0),
    virtual,
    lines: log.length,
    digest: digestOf(log),
  };
}

/** The checker that wrote a violation. */
export const checkerOf = (violation: string): string => violation.split(':', 1)[0]!;
