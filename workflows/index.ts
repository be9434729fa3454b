import { answer } from './answer.ts';
import type { Definition } from './asl/language.ts';
import { backup } from './backup.ts';
import { copy } from './copy.ts';
import { drill } from './drill.ts';
import { expire } from './expire.ts';
import { failback } from './failback.ts';
import { failover } from './failover.ts';
import { reconcile } from './reconcile.ts';
import { restore } from './restore.ts';
import { supervise } from './supervise.ts';
import { switchover } from './switchover.ts';
import { verify } from './verify.ts';

export type MachineName =
  | 'answer'
  | 'backup'
  | 'copy'
  | 'drill'
  | 'expire'
  | 'failback'
  | 'failover'
  | 'reconcile'
  | 'restore'
  | 'supervise'
  | 'switchover'
  | 'verify';

/** Every machine, by the word that follows `holdfast-` in its deployed name. */
export const MACHINES: Readonly<Record<MachineName, Definition>> = {
  answer,
  backup,
  copy,
  drill,
  expire,
  failback,
  failover,
  reconcile,
  restore,
  supervise,
  switchover,
  verify,
};

/** The string that is deployed. One function makes it, so that every place that compares it compares the same bytes. */
export const definitionString = (definition: Definition): string => JSON.stringify(definition);
