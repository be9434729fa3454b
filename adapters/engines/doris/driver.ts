import { CAPABILITIES } from '../../../core/engines/capabilities.ts';
import type { EngineDriver } from '../../../core/engines/driver.ts';
import { InvariantViolation } from '../../../core/errors/registry.ts';
import { beginCopy, copyShard, pollCopy, prove } from '../objects/copy.ts';
import { stepOf, verdictOf } from '../objects/ports.ts';
import { captureFiles } from '../shared/files.ts';
import { abandonRestore } from './abandon.ts';
import { recycleBin } from './bin-find.ts';
import { beginCapture, dorisFiles, pollCapture } from './capture.ts';
import { abandonCapture, discardPoint } from './discard.ts';
import type { DorisPorts } from './ports.ts';
import { preflightRestore } from './preflight.ts';
import { beginRestore, pollRestore } from './restore.ts';
import { tearDown } from './tear-down.ts';
import { validateRestore } from './validate.ts';
import { verifyCapture } from './verify.ts';

export type { DorisPorts } from './ports.ts';

/**
 * Apache Doris by its own BACKUP SNAPSHOT: statements go to a frontend, and its backends write to the vault, and read from
 * it, by themselves. What they wrote is files, which are moved, proven and discarded as objects are.
 */
export function dorisDriver(ports: DorisPorts): EngineDriver {
  return {
    engine: 'doris',
    can: CAPABILITIES.doris,

    begin: (spec) => stepOf(() => beginCapture(ports, spec)),
    poll: (spec, cursor) => stepOf(() => pollCapture(ports, spec, cursor)),
    captureShard: (spec, shard) => captureFiles(ports, dorisFiles(), spec, shard),
    verify: (spec, cursor) => verdictOf(() => verifyCapture(ports, spec, cursor)),
    abandon: (spec) => abandonCapture(ports, spec),

    beginCopy: (spec) => stepOf(() => beginCopy(ports, spec)),
    pollCopy: (spec, cursor) => stepOf(() => pollCopy(ports, spec, cursor)),
    copyShard: (spec, shard) => copyShard(ports, spec, shard),
    prove: (spec) => verdictOf(() => prove(ports, spec)),

    preflight: (spec) => preflightRestore(ports, spec),
    beginRestore: (spec) => stepOf(() => beginRestore(ports, spec)),
    pollRestore: (spec, cursor) => stepOf(() => pollRestore(ports, spec, cursor)),
    restoreShard: async () => {
      throw new InvariantViolation('Doris restores by jobs of its own; nobody may ask for a shard of one');
    },
    abandonRestore: (spec) => abandonRestore(ports, spec),
    validate: (spec) => verdictOf(() => validateRestore(ports, spec)),

    tearDown: (spec) => tearDown(ports, spec),
    discard: (spec) => discardPoint(ports, spec),
    // Doris keeps no log to restore from: CCR follows one, and goes nowhere back.
    window: () => Promise.resolve(undefined),
    bin: recycleBin(ports),
  };
}
