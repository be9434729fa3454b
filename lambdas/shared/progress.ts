import type * as z from 'zod';
import type { Step } from '../../core/engines/driver.ts';
import type { Reason } from '../../core/errors/registry.ts';
import type { progress } from '../../workflows/contracts/shared.ts';

export type ProgressOut = z.input<typeof progress>;

/** A driver's step as the machines carry it. */
export function progressOf(step: Step): ProgressOut {
  switch (step.outcome) {
    case 'running':
    case 'waiting':
      return {
        outcome: step.outcome,
        // A Wait of zero seconds would turn the machine's loop into a spin, and each lap is billed.
        pollAfterSeconds: Math.max(1, Math.ceil(step.pollAfterSeconds)),
        doing: step.doing,
        cursor: { ...step.cursor },
      };
    case 'shards':
      return {
        outcome: 'shards',
        shards: [...step.shards],
        doing: step.doing,
        cursor: { ...step.cursor },
      };
    case 'ready':
      return { outcome: 'ready', cursor: { ...step.cursor } };
    case 'failed':
      return { outcome: 'failed', reason: step.reason };
  }
}

export const overdue = (reason: Reason): ProgressOut => ({ outcome: 'overdue', reason });
export const failed = (reason: Reason): ProgressOut => ({ outcome: 'failed', reason });
export const alreadyTaken: ProgressOut = { outcome: 'alreadyTaken' };

/** What a step that is not an end was busy with. */
export const doing = (step: Step): string => ('doing' in step ? step.doing : step.outcome);
