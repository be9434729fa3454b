import { CAPABILITIES } from '../../../core/engines/capabilities.ts';
import type { EngineDriver } from '../../../core/engines/driver.ts';
import { InvariantViolation } from '../../../core/errors/registry.ts';
import { abandonCapture, beginCapture, pollCapture } from './capture.ts';
import { beginCopy, pollCopy } from './copy.ts';
import { discardPoint } from './discard.ts';
import type { EbsPorts } from './ports.ts';
import { preflightRestore } from './preflight.ts';
import { proveCopy } from './prove.ts';
import { beginRestore, pollRestore, validateRestore } from './restore.ts';
import { tearDown } from './tear-down.ts';
import { verifyCapture } from './verify.ts';

export type { EbsPorts } from './ports.ts';

/** Any self-run cluster as the EBS volumes of its instances: snapshots that EBS takes, copies and restores itself. */
export function ebsDriver(ports: EbsPorts): EngineDriver {
  const noShards = async (): Promise<never> => {
    throw new InvariantViolation('snapshots of volumes have no shards to move; nobody may ask for one');
  };
  return {
    engine: 'ebs',
    can: CAPABILITIES.ebs,
    begin: (spec) => beginCapture(ports, spec),
    poll: (spec, cursor) => pollCapture(ports, spec, cursor),
    captureShard: noShards,
    verify: (spec) => verifyCapture(ports, spec),
    abandon: (spec) => abandonCapture(ports, spec),
    beginCopy: (spec) => beginCopy(ports, spec),
    pollCopy: (spec, cursor) => pollCopy(ports, spec, cursor),
    copyShard: noShards,
    prove: (spec) => proveCopy(ports, spec),
    preflight: (spec) => preflightRestore(ports, spec),
    beginRestore: (spec) => beginRestore(ports, spec),
    pollRestore: (spec, cursor) => pollRestore(ports, spec, cursor),
    restoreShard: noShards,
    abandonRestore: async () => ({ target: 'unfinished' }),
    validate: (spec) => validateRestore(ports, spec),
    tearDown: (spec) => tearDown(ports, spec),
    discard: (spec) => discardPoint(ports, spec),
    window: async () => undefined,
  };
}
