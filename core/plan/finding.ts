import type { Draft } from './draft.ts';

/** A mistake between fields: where, and what to change. */
export interface Finding {
  readonly steps: readonly (string | number)[];
  readonly change: string;
}

export type Check = (draft: Draft) => readonly Finding[];

export const finding = (steps: readonly (string | number)[], change: string): Finding => ({ steps, change });
